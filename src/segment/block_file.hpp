// BlockFile: the file of a segment while it grows: its header, then block after block, in the end
// index and footer. Knows which blocks are synced and holds the others in memory, so that a file
// that fails can be carried over to a new one. What the blocks hold is its caller's concern.
//
// One thread. A call that failed may have left part of its bytes behind; the caller says with
// settle and take_back what counts.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "io/file_system.hpp"
#include "segment/block_codec.hpp"
#include "segment/held_blocks.hpp"
#include "segment/segment_writer.hpp"

namespace reel::segment {

class BlockFile {
 public:
  // Creates the file (it must not exist), writes its header; leaves no file behind when it fails.
  static Result<std::unique_ptr<BlockFile>> create(io::FileSystem& fs, const std::string& path,
                                                   const SegmentOptions& options);
  BlockFile(std::string path, const SegmentOptions& options, std::unique_ptr<io::AppendFile> file);

  // Packs and appends a block. The caller sets kind, ordinal, events and stamps of `header`; it is
  // returned complete. `shape` is a data block's.
  Result<BlockHeader> append(BlockHeader header, const BlockShape& shape, std::string_view raw);
  // Appends one that is packed already, but for its checksums, which it gets here.
  Result<BlockHeader> append_packed(BlockHeader header, std::span<char> block);

  Status sync();
  // A sync in two halves: what is there when it begins is durable once `sync` of the handle, called
  // on any thread, has answered ok, and counts as such once that answer is given to end_sync. Of a
  // finished file it is the last one: it closes the file too.
  Result<std::unique_ptr<io::FileSync>> begin_sync();
  Status end_sync(Status outcome);
  Status sync_and_close();
  // Index and footer; nothing is appended behind them. The caller sets kind and ordinal of
  // `header`, and events, streams and blocks of `footer`, which is returned complete. Neither is
  // part of what is carried over, nor of bytes() until both are there.
  Result<SegmentFooter> finish(BlockHeader header, std::string_view index, SegmentFooter footer);

  // What is there counts; only that is synced, and carried over.
  void settle() noexcept { settled_ = mark(); }
  // What was appended since then does not count.
  void take_back();

  // Appends the same blocks to `to`, an empty one, and syncs it: the synced front is read back and
  // checked, the rest is taken from memory. `blocks` are all that this file has.
  Status carry_over(io::FileSystem& fs, std::span<const BlockEntry> blocks, BlockFile& to) const;

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t raw_bytes() const noexcept { return raw_bytes_; }        // before compression
  std::uint64_t unsynced_bytes() const noexcept { return held_bytes_; }  // held in memory
  // A sync failed, or the file is closed: it takes nothing more.
  bool is_over() const noexcept { return over_; }

 private:
  struct Mark {
    std::uint64_t bytes, raw_bytes, held_bytes, digest;
    std::size_t held;
  };
  Mark mark() const noexcept { return {bytes_, raw_bytes_, held_bytes_, digest_, held_.size()}; }
  Result<BlockHeader> put(const BlockHeader& header, std::string_view block);
  void reserve(std::size_t bytes);
  Status adopt(std::string block);
  Status adopt_front(const io::FileView& file, std::span<const BlockEntry> blocks,
                     BlockFile& to) const;
  void note_synced(Mark upto);

  std::string path_;
  std::uint64_t segment_id_;
  SegmentHeader header_;
  std::unique_ptr<io::AppendFile> file_;
  BlockPacker packer_;
  HeldBlocks held_;  // blocks since the last good sync
  std::uint64_t held_bytes_ = 0;
  std::uint64_t synced_bytes_ = 0;
  std::uint64_t reserved_bytes_ = 0;
  bool finished_ = false;
  std::uint64_t bytes_ = sizeof(SegmentHeader);
  std::uint64_t raw_bytes_ = 0;
  std::uint64_t digest_;
  Mark settled_;    // what counts
  Mark syncing_{};  // the same, when the sync under way began
  bool over_ = false;
};

}  // namespace reel::segment
