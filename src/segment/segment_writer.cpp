#include "segment/segment_writer.hpp"

#include <utility>

#include "segment/block_file.hpp"
#include "segment/format.hpp"
#include "segment/row_encoder.hpp"
#include "segment/row_sort.hpp"

namespace reel::segment {
namespace {

class FileSegmentWriter final : public SegmentWriter, public BlockSink {
 public:
  FileSegmentWriter(const SegmentOptions& options, std::unique_ptr<BlockFile> file)
      : options_(options),
        file_(std::move(file)),
        encoder_(
            std::make_unique<RowEncoder>(options.elision_key, options.snapshot_events, *this)) {}

  std::uint32_t add_stream(const StreamIdentity& identity) override {
    return encoder_->add_stream(identity);
  }
  Status append_block(std::span<Row> rows) override;
  Status sync() override;
  Result<std::unique_ptr<io::FileSync>> begin_sync() override;
  Status end_sync(Status outcome) override;
  Result<SegmentSummary> finish() override;
  Result<SegmentSummary> seal() override;
  std::uint64_t bytes() const override { return file_->bytes(); }
  std::uint64_t unsynced_bytes() const override { return file_->unsynced_bytes(); }
  std::uint64_t events() const override { return encoder_->table().events(); }
  std::uint64_t raw_bytes() const override { return file_->raw_bytes(); }
  std::uint32_t streams() const override { return encoder_->table().size(); }
  bool poisoned() const override { return poisoned_; }
  Status settle() override;
  Result<std::unique_ptr<SegmentWriter>> rescue(io::FileSystem& fs, const std::string& path,
                                                std::uint64_t segment_id,
                                                std::uint64_t number) override;

 private:
  Status put_block(const BlockSpec& spec, std::string_view raw) override;
  std::uint64_t next_offset() const override { return file_->bytes(); }
  BlockHeader next_header(const BlockSpec& spec) const;
  Status refuse() const;
  Status poison(Status status);
  Status encode_definitions();
  Result<SegmentFooter> put_end();

  SegmentOptions options_;
  std::unique_ptr<BlockFile> file_;
  std::unique_ptr<RowEncoder> encoder_;
  RowSort sort_;
  bool poisoned_ = false, finished_ = false;
};

Status FileSegmentWriter::refuse() const {
  return Error{ErrorCode::io, 0, file_->path(), 0,
               "this segment is sealed or failed before; it is not written to again"};
}

Status FileSegmentWriter::poison(Status status) {
  poisoned_ = true;
  return status;
}

BlockHeader FileSegmentWriter::next_header(const BlockSpec& spec) const {
  BlockHeader header;
  header.kind = spec.kind;
  header.ordinal = static_cast<std::uint32_t>(encoder_->table().blocks().size());
  header.events = spec.events;
  header.min_ts_ms = spec.min_ts_ms;
  header.max_ts_ms = spec.max_ts_ms;
  return header;
}

Status FileSegmentWriter::put_block(const BlockSpec& spec, std::string_view raw) {
  const auto header = file_->append(next_header(spec), raw);
  if (!header.ok()) return header.error();
  encoder_->table().blocks().push_back(entry_of(*header));
  return {};
}

Status FileSegmentWriter::append_block(std::span<Row> rows) {
  if (poisoned_ || finished_) return refuse();
  if (!sort_.sort(rows, streams())) {
    return poison(Error{ErrorCode::internal, 0, file_->path(), 0,
                        "rows of an unknown stream or with a seq twice; please report this bug"});
  }
  const BlockFile::Mark before = file_->mark();
  Status status = encoder_->encode(rows);
  if (status.ok()) return status;
  file_->take_back(before);
  return poison(std::move(status));
}

Status FileSegmentWriter::sync() {
  if (poisoned_ || finished_) return refuse();
  Status status = file_->sync();
  return status.ok() ? status : poison(std::move(status));
}

Result<std::unique_ptr<io::FileSync>> FileSegmentWriter::begin_sync() {
  if (poisoned_) return refuse();
  return file_->begin_sync();
}

Status FileSegmentWriter::end_sync(Status outcome) {
  Status status = file_->end_sync(std::move(outcome));
  return status.ok() ? status : poison(std::move(status));
}

Status FileSegmentWriter::settle() {
  poisoned_ = true;
  return file_->is_over() ? refuse() : file_->sync_and_close();
}

Status FileSegmentWriter::encode_definitions() {
  const BlockFile::Mark before = file_->mark();
  Status status = encoder_->encode_definitions();
  if (!status.ok()) file_->take_back(before);
  return status;
}

Result<SegmentFooter> FileSegmentWriter::put_end() {
  if (Status s = encode_definitions(); !s.ok()) return s;
  const StreamTable& table = encoder_->table();
  const std::string index = table.encode_index();
  if (index.size() > UINT32_MAX) {
    return Error{ErrorCode::too_large, 0, file_->path(), 0,
                 "the index is too large; rotate sooner"};
  }
  BlockSpec spec;
  spec.kind = BlockKind::index;
  const BlockHeader header = next_header(spec);
  SegmentFooter footer;
  footer.events = table.events();
  footer.streams = table.size();
  footer.blocks = header.ordinal;
  return file_->finish(header, index, footer);
}

Result<SegmentSummary> FileSegmentWriter::finish() {
  if (poisoned_ || finished_) return refuse();
  const auto footer = put_end();
  if (!footer.ok()) return poison(footer.error());
  finished_ = true;
  SegmentSummary summary;
  summary.number = options_.number;
  summary.segment_id = options_.segment_id;
  summary.bytes = bytes();
  summary.digest = footer->digest;
  summary.events = events();
  summary.streams = streams();
  summary.sealed = true;
  return summary;
}

Result<SegmentSummary> FileSegmentWriter::seal() {
  auto summary = finish();
  if (!summary.ok()) return summary;
  poisoned_ = true;  // sealed or failed, nothing more can be written
  if (Status s = file_->sync_and_close(); !s.ok()) return s.error();
  return summary;
}

Result<std::unique_ptr<SegmentWriter>> FileSegmentWriter::rescue(io::FileSystem& fs,
                                                                 const std::string& path,
                                                                 std::uint64_t segment_id,
                                                                 std::uint64_t number) {
  SegmentOptions options = options_;
  options.segment_id = segment_id;
  options.number = number;
  auto file = BlockFile::create(fs, path, options);
  if (!file.ok()) return file.error();
  if (Status s = file_->carry_over(fs, encoder_->table().blocks(), **file); !s.ok()) {
    file->reset();
    (void)fs.remove(path).ok();  // so that the same name can be tried again
    return s;
  }
  auto fresh = std::make_unique<FileSegmentWriter>(options, std::move(*file));
  std::swap(fresh->encoder_, encoder_);
  fresh->encoder_->set_sink(*fresh);
  encoder_->set_sink(*this);
  poisoned_ = true;
  return std::unique_ptr<SegmentWriter>(std::move(fresh));
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(io::FileSystem& fs,
                                                             const std::string& path,
                                                             const SegmentOptions& options) {
  auto file = BlockFile::create(fs, path, options);
  if (!file.ok()) return file.error();
  return std::unique_ptr<SegmentWriter>(
      std::make_unique<FileSegmentWriter>(options, std::move(*file)));
}

}  // namespace reel::segment
