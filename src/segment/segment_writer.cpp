#include "segment/segment_writer.hpp"

#include <deque>
#include <exception>
#include <utility>
#include <vector>

#include "segment/block_codec.hpp"
#include "segment/block_file.hpp"
#include "segment/format.hpp"
#include "segment/index_encoder.hpp"
#include "segment/row_encoder.hpp"
#include "segment/row_sort.hpp"

namespace reel::segment {
namespace {

// A block on its way: a BlockRunner's thread has it until its work is over.
struct Packing {
  explicit Packing(int zstd_level) : packer(zstd_level) {}
  void pack() noexcept try {
    block = packer.pack_unsealed(header, shape, raw);
  } catch (...) {  // no memory: for the thread that waits
    failure = std::current_exception();
  }

  BlockPacker packer;
  BlockHeader header;
  BlockShape shape;
  std::string raw;
  std::span<char> block;  // the packer's
  std::exception_ptr failure;
  std::uint64_t ticket = 0;
  bool ends_batch = false;  // with it the oldest batch on its way is in the file
};

class FileSegmentWriter final : public SegmentWriter, public BlockSink {
 public:
  FileSegmentWriter(const SegmentOptions& options, BlockRunner* runner,
                    std::unique_ptr<BlockFile> file)
      : options_(options),
        runner_(runner),
        file_(std::move(file)),
        encoder_(std::make_unique<RowEncoder>(options, *this)) {}

  std::uint32_t add_stream(const StreamIdentity& identity) override {
    return encoder_->add_stream(identity);
  }
  Status append_block(std::span<Row> rows) override;
  Status begin_block(std::span<Row> rows) override;
  Status end_blocks(bool wait) override;
  std::size_t take_ended() override { return std::exchange(ended_, 0); }
  Status sync() override;
  Result<std::unique_ptr<io::FileSync>> begin_sync() override;
  Status end_sync(Status outcome) override;
  void set_lineage(std::string lineage) override { lineage_ = std::move(lineage); }
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
  Result<std::uint64_t> next_offset() override;
  Status hand_over(const BlockHeader& header, const BlockShape& shape, std::string_view raw);
  Status end_front();
  void settle_batch();
  Status abandon(Status status);
  BlockHeader next_header(const BlockSpec& spec) const;
  Status refuse() const;
  Status poison(Status status);
  Status encode_rest();
  Result<SegmentFooter> put_end();

  SegmentOptions options_;
  BlockRunner* runner_;  // nullptr: blocks are packed here
  std::unique_ptr<BlockFile> file_;
  std::unique_ptr<RowEncoder> encoder_;
  RowSort sort_;
  std::deque<std::shared_ptr<Packing>> packing_;  // blocks on their way, in order
  std::vector<std::shared_ptr<Packing>> spare_;   // their memory
  std::size_t ended_ = 0;
  std::string lineage_;
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
  const BlockHeader header = next_header(spec);
  if (runner_ != nullptr) return hand_over(header, spec.shape, raw);
  const auto appended = file_->append(header, spec.shape, raw);
  if (!appended.ok()) return appended.error();
  encoder_->table().blocks().push_back(entry_of(*appended));
  return {};
}

Status FileSegmentWriter::hand_over(const BlockHeader& header, const BlockShape& shape,
                                    std::string_view raw) {
  while (packing_.size() >= runner_->blocks_max()) {
    if (Status s = end_front(); !s.ok()) return s;
  }
  std::shared_ptr<Packing> packing;
  if (spare_.empty()) {
    packing = std::make_shared<Packing>(options_.zstd_level);
  } else {
    packing = std::move(spare_.back());
    spare_.pop_back();
  }
  packing->header = header;
  packing->shape = shape;
  packing->raw.assign(raw);
  packing->ends_batch = false;
  encoder_->table().blocks().push_back(entry_of(header));  // its place will be known at its end
  packing->ticket = runner_->start([packing] { packing->pack(); });
  packing_.push_back(packing);
  return {};
}

// Appends the first block on its way, once it is packed.
Status FileSegmentWriter::end_front() {
  const std::shared_ptr<Packing> packing = packing_.front();
  runner_->wait(packing->ticket);
  if (packing->failure) std::rethrow_exception(packing->failure);
  const auto header = file_->append_packed(packing->header, packing->block);
  if (!header.ok()) return header.error();
  encoder_->table().blocks()[header->ordinal] = entry_of(*header);
  packing_.pop_front();
  if (packing->ends_batch) settle_batch();
  spare_.push_back(packing);
  return {};
}

void FileSegmentWriter::settle_batch() {
  encoder_->settle();
  file_->settle();
  ++ended_;
}

// What has not ended does not count. Whoever packs it still has it.
Status FileSegmentWriter::abandon(Status status) {
  packing_.clear();
  encoder_->take_back();
  file_->take_back();
  return poison(std::move(status));
}

Result<std::uint64_t> FileSegmentWriter::next_offset() {
  while (!packing_.empty()) {
    if (Status s = end_front(); !s.ok()) return s;
  }
  return file_->bytes();
}

Status FileSegmentWriter::begin_block(std::span<Row> rows) {
  if (poisoned_ || finished_) return refuse();
  if (!sort_.sort(rows, streams())) {
    return abandon(Error{ErrorCode::internal, 0, file_->path(), 0,
                         "rows of an unknown stream or with a seq twice; please report this bug"});
  }
  if (Status s = encoder_->encode(rows); !s.ok()) return abandon(std::move(s));
  if (!packing_.empty() && packing_.back()->ends_batch) {  // of an earlier one: this has no block
    if (Status s = end_blocks(true); !s.ok()) return s;
  }
  if (packing_.empty()) {
    settle_batch();
  } else {
    packing_.back()->ends_batch = true;
  }
  return {};
}

Status FileSegmentWriter::end_blocks(bool wait) {
  while (!packing_.empty() && (wait || runner_->is_over(packing_.front()->ticket))) {
    if (Status s = end_front(); !s.ok()) return abandon(std::move(s));
  }
  return {};
}

Status FileSegmentWriter::append_block(std::span<Row> rows) {
  Status status = begin_block(rows);
  return status.ok() ? end_blocks(true) : status;
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

// What the index goes behind: definitions of streams without rows, dictionary, facets, lineage.
Status FileSegmentWriter::encode_rest() {
  Status status = end_blocks(true);
  if (!status.ok()) return status;
  status = encoder_->encode_definitions();
  if (status.ok() && encoder_->words().size() != 0) {
    BlockSpec spec;
    spec.kind = BlockKind::dictionary;
    status = put_block(spec, encoder_->words().encode_dictionary());
  }
  if (const StreamTable& table = encoder_->table(); status.ok() && !table.facets().empty()) {
    BlockSpec spec;
    spec.kind = BlockKind::facets;
    status = put_block(spec, table.facets().encode(table.size()));
  }
  if (status.ok() && !lineage_.empty()) {
    BlockSpec spec;
    spec.kind = BlockKind::lineage;
    status = put_block(spec, lineage_);
  }
  if (status.ok()) status = end_blocks(true);
  if (!status.ok()) return abandon(std::move(status));
  encoder_->settle();
  file_->settle();
  return {};
}

Result<SegmentFooter> FileSegmentWriter::put_end() {
  if (Status s = encode_rest(); !s.ok()) return s;
  const StreamTable& table = encoder_->table();
  const auto index = encode_index(table, options_.zstd_level);
  if (!index) {
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
  return file_->finish(header, *index, footer);
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
  auto fresh = std::make_unique<FileSegmentWriter>(options, runner_, std::move(*file));
  std::swap(fresh->encoder_, encoder_);
  fresh->encoder_->set_sink(*fresh);
  encoder_->set_sink(*this);
  poisoned_ = true;
  return std::unique_ptr<SegmentWriter>(std::move(fresh));
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(io::FileSystem& fs,
                                                             const std::string& path,
                                                             const SegmentOptions& options,
                                                             BlockRunner* runner) {
  auto file = BlockFile::create(fs, path, options);
  if (!file.ok()) return file.error();
  return std::unique_ptr<SegmentWriter>(
      std::make_unique<FileSegmentWriter>(options, runner, std::move(*file)));
}

}  // namespace reel::segment
