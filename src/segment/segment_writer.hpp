// SegmentWriter: one append-only file of blocks, sealed with a stream index and a footer.
// One thread. What was appended is never changed in place; a failed call leaves the writer
// poisoned: every later call fails, and `rescue` carries the contents over to a new file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/uuid.hpp"
#include "event/facts.hpp"
#include "io/file_system.hpp"
#include "reel/status.hpp"
#include "segment/block_runner.hpp"

namespace reel::segment {

using base::Uuid;

struct StreamIdentity {
  std::string_view name_space, id;
  std::uint64_t incarnation = 0;  // random; a deleted and re-created stream gets a new one
  std::uint64_t ordinal = 0;      // order of first appearance in the store
};

struct SegmentOptions {
  Uuid store;
  std::uint64_t segment_id = 0;  // random; part of every checksum of the file
  std::uint32_t lane = 0;
  std::uint64_t number = 0;  // 1, 2, ... within the lane
  std::int64_t created_us = 0;
  Uuid elision_key;  // random
  // The segment before, where that one was not durable yet when this one was begun: if fewer bytes
  // of it are left after a power cut, this one counts for nothing. Else 0.
  std::uint64_t after_number = 0, after_bytes = 0;
  int zstd_level = 1;
  // Of a stream, in this segment: so many, and a snapshot tells what they add up to. 0: never.
  std::uint32_t snapshot_events = 0;
  // A data block ends with the stream whose rows bring it to so many raw bytes, 1 MiB at most.
  std::size_t block_bytes = std::size_t{64} << 10;
};

// One event on its way into a block: a Frame (event/frame.hpp) in one piece of memory.
struct Row {
  std::uint32_t stream = 0;  // from add_stream
  std::uint64_t seq = 0;     // of a GAP: the first seq missing
  const char* frame = nullptr;
};

// What a sealed (or given up) segment is known by in the catalog.
struct SegmentSummary {
  std::uint64_t number = 0, segment_id = 0;
  std::uint64_t bytes = 0;   // of the file; of an unsealed one: up to its last whole block
  std::uint64_t digest = 0;  // of the footer; unsealed: of what follows `bytes`, 0 if unknown
  std::uint64_t events = 0, streams = 0;
  bool sealed = false;
};

class SegmentWriter {
 public:
  // Creates the file (it must not exist), writes its header. The folder is not synced. `runner`, if
  // there is one, compresses the blocks and outlives the writer.
  static Result<std::unique_ptr<SegmentWriter>> create(io::FileSystem& fs, const std::string& path,
                                                       const SegmentOptions& options,
                                                       BlockRunner* runner = nullptr);
  virtual ~SegmentWriter() = default;

  // A number for a stream of this segment (0, 1, ...); its definition goes out with the next block.
  virtual std::uint32_t add_stream(const StreamIdentity& identity) = 0;

  // Data blocks of SegmentOptions::block_bytes or somewhat more, each preceded by fragment blocks
  // for payloads that are too large for it. `rows` are sorted in place by (stream, seq); each
  // (stream, seq) occurs once. Rows' frames are only read during the call. On ok the bytes are in
  // the file (not synced).
  virtual Status append_block(std::span<Row> rows) = 0;
  // The same in two halves. The blocks are on their way to the file when begin_block answers ok;
  // end_blocks appends, in order, those that are compressed by now, or waits for all. After an
  // error of either nothing counts that had not ended. What follows (sync, finish, rescue, ...)
  // speaks of what has ended.
  virtual Status begin_block(std::span<Row> rows) = 0;
  virtual Status end_blocks(bool wait) = 0;
  virtual std::size_t take_ended() = 0;  // calls of begin_block that ended since the last time

  virtual Status sync() = 0;  // fdatasync
  // The same in two halves, so that blocks can be appended while another thread waits for the disk.
  // One at a time: sync, seal, settle and rescue come before or after, not between; finish may.
  virtual Result<std::unique_ptr<io::FileSync>> begin_sync() = 0;
  virtual Status end_sync(Status outcome) = 0;  // of FileSync::sync; an error poisons
  // What goes into a lineage block when the segment is finished (segment/lineage.hpp).
  virtual void set_lineage(std::string lineage) = 0;
  // Sealing, in steps: index and footer are appended, and nothing more can be. One more sync in two
  // halves makes the file durable, and closes it on the thread that waited.
  virtual Result<SegmentSummary> finish() = 0;
  virtual Result<SegmentSummary> seal() = 0;         // all of it at once
  virtual std::uint64_t bytes() const = 0;           // so far
  virtual std::uint64_t unsynced_bytes() const = 0;  // held in memory until the next good sync
  virtual std::uint64_t events() const = 0;
  virtual std::uint64_t raw_bytes() const = 0;  // before compression, so far
  virtual std::uint32_t streams() const = 0;
  virtual bool poisoned() const = 0;

  // After a failed append: makes the whole blocks before it durable and closes the file, which is
  // then given up as it is. Refused after a failed sync.
  virtual Status settle() = 0;

  // After a failed sync or append: a new file with the same contents (the synced front of the old
  // file, then every block held in memory), under a new segment id and number. The failed file is
  // never trusted again. Stream numbers stay valid in the new writer.
  virtual Result<std::unique_ptr<SegmentWriter>> rescue(io::FileSystem& fs, const std::string& path,
                                                        std::uint64_t segment_id,
                                                        std::uint64_t number) = 0;
};

}  // namespace reel::segment
