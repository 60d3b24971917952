// RowEncoder: sorted rows in, blocks out (through a BlockSink). Decides what is elided, what goes
// into fragments and where blocks end, and keeps the account of streams (StreamTable).
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "event/frame.hpp"
#include "io/large_memory.hpp"
#include "segment/block_builder.hpp"
#include "segment/content_hash.hpp"
#include "segment/snapshot.hpp"
#include "segment/stream_table.hpp"
#include "segment/word_table.hpp"

namespace reel::segment {

struct BlockSpec {
  BlockKind kind = BlockKind::data;
  std::uint32_t events = 0;
  double min_ts_ms = 0, max_ts_ms = 0;
  BlockShape shape;  // of a data block's columns
};

class BlockSink {
 public:
  virtual ~BlockSink() = default;
  // Puts a block at the end of the file and into table.blocks().
  virtual Status put_block(const BlockSpec& spec, std::string_view raw) = 0;
  // Where the next one will lie.
  virtual Result<std::uint64_t> next_offset() = 0;
};

class RowEncoder {
 public:
  // A snapshot of a stream goes out every `snapshot_events` of its events; 0: none.
  RowEncoder(const SegmentOptions& options, BlockSink& sink)
      : fresh_(options.elision_key),
        snapshot_events_(options.snapshot_events == 0 ? UINT64_MAX : options.snapshot_events),
        block_bytes_(std::clamp(options.block_bytes, std::size_t{1}, kBlockBytesMax)),
        sink_(&sink),
        builder_(words_) {}

  StreamTable& table() noexcept { return table_; }
  const StreamTable& table() const noexcept { return table_; }
  const WordTable& words() const noexcept { return words_; }
  void set_sink(BlockSink& sink) noexcept { sink_ = &sink; }
  std::uint32_t add_stream(const StreamIdentity& identity);

  // Rows must be sorted. What is encoded counts for good once it is settled, call by call;
  // take_back undoes all that is not, and must be called after an error.
  Status encode(std::span<const Row> rows);
  // Definitions of streams that have no rows yet.
  Status encode_definitions();
  void settle();  // the oldest call
  void take_back();

 private:
  // A block that is not full has room for a token then, whatever else is in it.
  static constexpr std::size_t kBlockBytesMax = std::size_t{1} << 20;
  static_assert(2 * kBlockBytesMax <= kBlockEventsMax * BlockBuilder::kRowBytesLeast &&
                2 * kBlockBytesMax + kLenMax + BlockBuilder::kRowBytesMax <= kBlockRawMax);

  struct Undo {
    std::uint32_t number;
    StreamRecord record;
    ContentHash content;
    Stretch stretch;
  };
  // What a call has changed.
  struct Log {
    StreamTable::Mark table;
    std::uint32_t defined = 0, words = 0;
    std::vector<Undo> undo;
  };
  void begin_log();
  Status encode_rows(std::span<const Row> rows);
  Status encode_stream(std::span<const Row> rows, std::size_t count);
  Status encode_other(const Row& row, StreamRecord& record, ContentHash& content);
  Status open_run(const Row& row, std::size_t payload_bytes);
  void close_run();
  // A block ends with a stream where it can. Only one that makes it twice as large is divided.
  bool is_full() const noexcept { return builder_.raw_bound() >= 2 * block_bytes_; }
  bool has_room(std::size_t payload_bytes) const noexcept {
    return !is_full() && builder_.has_room(payload_bytes);
  }
  Status put_snapshot(const Row& next, const StreamRecord& record, const ContentHash& content);
  Status define_up_to(std::uint32_t count);
  Status flush();
  Status put_fragments(const EventView& event, FragmentRef& ref);
  bool elide(const Row& row, const EventView& event, const ContentHash& content) const;
  bool extends_content(const Row& row, std::string_view text) const noexcept;
  void note_content(const EventView& event, ContentHash& content) const;

  ContentHash fresh_;
  std::uint64_t snapshot_events_;
  std::size_t block_bytes_;
  BlockSink* sink_;
  StreamTable table_;
  io::LargeVector<ContentHash> contents_;  // the text so far, by stream number
  io::LargeVector<Stretch> stretches_;     // what the next snapshot will tell, likewise
  std::uint32_t defined_ = 0;              // streams whose definition has gone out
  WordTable words_;
  BlockBuilder builder_;
  // The last content among the rows of the stream being encoded, and the row behind it: whether the
  // next content is that and the texts since is seen without hashing it.
  std::optional<std::string_view> content_;
  const Row* since_ = nullptr;
  bool run_open_ = false;
  std::uint64_t run_next_seq_ = 0;
  std::deque<Log> logs_;     // of the calls that are not settled
  std::vector<Undo> spare_;  // memory of one that was
};

}  // namespace reel::segment
