#include "segment/block_file.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "segment/format.hpp"

namespace reel::segment {
namespace {

SegmentHeader make_header(const SegmentOptions& options) {
  SegmentHeader h;
  h.store_high = options.store.high;
  h.store_low = options.store.low;
  h.segment_id = options.segment_id;
  h.number = options.number;
  h.lane = options.lane;
  h.zstd_level = options.zstd_level;
  h.created_us = options.created_us;
  h.after_number = options.after_number;
  h.after_bytes = options.after_bytes;
  h.elision_key_high = options.elision_key.high;
  h.elision_key_low = options.elision_key.low;
  h.checksum = checksum({reinterpret_cast<const char*>(&h), offsetof(SegmentHeader, checksum)});
  return h;
}

template <class T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// The file is its alone by then: whatever thread runs it may close it.
class LastSync final : public io::FileSync {
 public:
  LastSync(std::unique_ptr<io::FileSync> sync, std::unique_ptr<io::AppendFile> file)
      : sync_(std::move(sync)), file_(std::move(file)) {}
  Status sync() override {
    Status status = sync_->sync();
    return status.ok() ? file_->close() : status;
  }

 private:
  std::unique_ptr<io::FileSync> sync_;
  std::unique_ptr<io::AppendFile> file_;
};

}  // namespace

BlockFile::BlockFile(std::string path, const SegmentOptions& options,
                     std::unique_ptr<io::AppendFile> file)
    : path_(std::move(path)),
      segment_id_(options.segment_id),
      header_(make_header(options)),
      file_(std::move(file)),
      packer_(options.zstd_level),
      digest_(header_.checksum),
      settled_(mark()) {}

Result<std::unique_ptr<BlockFile>> BlockFile::create(io::FileSystem& fs, const std::string& path,
                                                     const SegmentOptions& options) {
  auto file = fs.create(path);
  if (!file.ok()) return file.error();
  auto made = std::make_unique<BlockFile>(path, options, std::move(*file));
  if (Status s = made->file_->append(bytes_of(made->header_)); !s.ok()) {
    made.reset();
    (void)fs.remove(path).ok();
    return s;
  }
  return made;
}

Result<BlockHeader> BlockFile::append(BlockHeader header, const BlockShape& shape,
                                      std::string_view raw) {
  header.segment_id = segment_id_;
  header.offset = bytes_;
  return put(header, packer_.pack(header, shape, raw));
}

Result<BlockHeader> BlockFile::append_packed(BlockHeader header, std::span<char> block) {
  header.segment_id = segment_id_;
  header.offset = bytes_;
  seal_block(block, header);
  return put(header, {block.data(), block.size()});
}

Result<BlockHeader> BlockFile::put(const BlockHeader& header, std::string_view block) {
  reserve(block.size());
  if (Status s = file_->append(block); !s.ok()) return s;
  held_.push(block);
  held_bytes_ += block.size();
  bytes_ += block.size();
  raw_bytes_ += header.raw_bytes;
  digest_ = digest_step(digest_, header.header_checksum);
  return header;
}

// In steps: a file that never gets large, or whose writer dies, must not keep much for nothing.
void BlockFile::reserve(std::size_t bytes) {
  constexpr std::uint64_t kReserveStep = std::uint64_t{8} << 20;
  if (bytes_ + bytes <= reserved_bytes_) return;
  reserved_bytes_ = bytes_ + bytes + kReserveStep;
  file_->reserve(reserved_bytes_);
}

void BlockFile::take_back() {
  bytes_ = settled_.bytes;
  raw_bytes_ = settled_.raw_bytes;
  held_bytes_ = settled_.held_bytes;
  digest_ = settled_.digest;
  held_.drop_back(held_.size() - settled_.held);
}

void BlockFile::note_synced(Mark upto) {
  held_.drop_front(upto.held);
  held_bytes_ -= upto.held_bytes;
  settled_.held -= upto.held;
  settled_.held_bytes -= upto.held_bytes;
  synced_bytes_ = upto.bytes;
}

Status BlockFile::sync() {
  syncing_ = settled_;
  return end_sync(file_->sync());
}

Result<std::unique_ptr<io::FileSync>> BlockFile::begin_sync() {
  if (file_ == nullptr) {
    return Error{ErrorCode::closed, 0, path_, 0, "this file has had its last sync"};
  }
  syncing_ = settled_;
  auto sync = file_->syncer();
  if (!sync.ok() || !finished_) return sync;
  return std::unique_ptr<io::FileSync>(
      std::make_unique<LastSync>(*std::move(sync), std::move(file_)));
}

Status BlockFile::end_sync(Status outcome) {
  if (outcome.ok()) {
    note_synced(syncing_);
    over_ = file_ == nullptr;
  } else {
    over_ = true;
  }
  return outcome;
}

Status BlockFile::sync_and_close() {
  over_ = true;
  Status status = file_->sync();
  if (status.ok()) status = file_->close();
  if (status.ok()) note_synced(settled_);
  return status;
}

Result<SegmentFooter> BlockFile::finish(BlockHeader header, std::string_view index,
                                        SegmentFooter footer) {
  header.segment_id = segment_id_;
  header.offset = bytes_;
  const std::string_view block = packer_.pack(header, {}, index);
  if (Status s = file_->append(block); !s.ok()) return s;
  footer.header = header_;
  footer.index_offset = bytes_;
  footer.index_bytes = block.size();
  footer.digest = digest_step(digest_, header.header_checksum);
  footer.checksum = checksum(bytes_of(footer).substr(0, offsetof(SegmentFooter, checksum)));
  if (Status s = file_->append(bytes_of(footer)); !s.ok()) return s;
  bytes_ = footer.index_offset + footer.index_bytes + sizeof footer;
  settle();
  finished_ = true;
  return footer;
}

// Takes a block of another segment for its own.
Status BlockFile::adopt(std::string block) {
  auto header = base::load<BlockHeader>(block.data());
  header.segment_id = segment_id_;
  header.offset = bytes_;
  seal_block(block, header);
  if (Status s = file_->append(block); !s.ok()) return s;
  bytes_ += block.size();
  raw_bytes_ += header.raw_bytes;
  digest_ = digest_step(digest_, header.header_checksum);
  return {};
}

Status BlockFile::adopt_front(const io::FileView& file, std::span<const BlockEntry> blocks,
                              BlockFile& to) const {
  for (const BlockEntry& entry : blocks) {
    if (entry.offset >= synced_bytes_) break;
    const auto header = read_block_header(file, entry.offset, segment_id_);
    const auto block = header ? read_block(file, *header) : std::nullopt;
    if (!block) {
      return Error{ErrorCode::damaged, 0, path_, entry.offset,
                   "a synced block cannot be read back; keep the file and check the disk"};
    }
    Status s = to.adopt(std::string(block->bytes));
    if (!s.ok()) return s;
  }
  return {};
}

Status BlockFile::carry_over(io::FileSystem& fs, std::span<const BlockEntry> blocks,
                             BlockFile& to) const {
  if (synced_bytes_ > sizeof(SegmentHeader)) {
    auto file = io::view_file(fs, path_, io::Access::map);
    if (!file.ok()) return file.error();
    if (Status s = adopt_front(**file, blocks, to); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (Status s = to.adopt(std::string(held_[i])); !s.ok()) return s;
  }
  to.settle();
  return to.sync();
}

}  // namespace reel::segment
