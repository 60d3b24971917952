// BlockBuilder: frames in, the raw columns of one data block out (columns.hpp, docs/FORMAT.md).
// Knows nothing of files. Rows come run by run: begin_run, add..., end_run. Texts and parts that
// come again become words of the segment's table, which this block defines.
// One thread. Memory: the columns of one block, kept between blocks.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/frame.hpp"
#include "io/large_memory.hpp"
#include "segment/columns.hpp"
#include "segment/content_hash.hpp"
#include "segment/format.hpp"
#include "segment/prediction.hpp"
#include "segment/snapshot.hpp"
#include "segment/timestamp.hpp"
#include "segment/word_table.hpp"

namespace reel::segment {

// Bytes that grow; what lies behind size() up to the slack may be written to freely.
class ByteColumn {
 public:
  static constexpr std::size_t kSlack = 16;
  std::size_t size() const noexcept { return size_; }
  std::string_view view() const noexcept { return {data_.data(), size_}; }
  void clear() noexcept { size_ = 0; }
  // Room for `bytes` and the slack behind.
  char* reserve(std::size_t bytes) {
    if (data_.size() - size_ < bytes + kSlack) grow(bytes);
    return data_.data() + size_;
  }
  void advance(std::size_t bytes) noexcept { size_ += bytes; }
  void append(std::string_view bytes);
  void append_varint(std::uint64_t value);

 private:
  void grow(std::size_t bytes);
  io::LargeBuffer data_;
  std::size_t size_ = 0;
};

// Where a payload that is too large for a block has gone.
struct FragmentRef {
  std::uint64_t offset = 0;  // of the first fragment block
};

class BlockBuilder {
 public:
  // What a row counts for beside its payload: tag, stamp, word and length at least; varints, check,
  // its run and a definition's numbers at most.
  static constexpr std::size_t kRowBytesLeast = 8, kRowBytesMax = 256;

  // `words` are the segment's, and outlive the builder.
  explicit BlockBuilder(WordTable& words);

  // Begins a block: what the table has now was defined by those before.
  void clear() noexcept;
  bool empty() const noexcept { return events_ == 0 && stream_count_ == 0 && snapshots_.empty(); }
  std::uint32_t events() const noexcept { return events_; }
  // Upper bound of what the raw columns take so far.
  std::size_t raw_bound() const noexcept { return raw_ + words_.bytes() - first_word_bytes_; }
  // Is there room for one more row with this much text and parts, in a new run?
  bool has_room(std::size_t payload_bytes) const noexcept {
    return events_ < kBlockEventsMax && raw_bound() + payload_bytes + kRowBytesMax <= kBlockRawMax;
  }
  bool has_room_for_definition(const StreamIdentity& identity) const noexcept {
    return raw_bound() + identity.name_space.size() + identity.id.size() + kRowBytesMax <=
           kBlockRawMax;
  }

  void add_definition(std::uint32_t number, const StreamIdentity& identity);

  void begin_run(std::uint32_t stream, std::uint64_t seq, std::int64_t ts_hint_us);
  void end_run();

  // Between runs; snapshots ascend by stream and seq.
  void add_snapshot(const Snapshot& snapshot);

  // A token with an index and nothing else, of at most kLenMax bytes: the short way. Its text goes
  // into `content` as well.
  void add_plain_token(const char* frame, ContentHash& content);
  enum class Text : std::uint8_t { whole, elided };
  void add(const event::DecodedFrame& frame, Text text, std::uint32_t check);
  void add_fragmented(const event::DecodedFrame& frame, FragmentRef ref);

  // Completes the columns and tells their sizes; valid until the next change.
  std::string_view finish(BlockShape& shape);
  double min_ts_ms() const noexcept { return ts_range_.min_ms(); }
  double max_ts_ms() const noexcept { return ts_range_.max_ms(); }

  struct RunInfo {
    std::uint32_t stream = 0;
    std::uint32_t count = 0;
    std::uint64_t first_seq = 0;
  };
  const std::vector<RunInfo>& runs() const noexcept { return runs_; }
  // `block` is the caller's to fill in.
  const std::vector<SnapshotEntry>& snapshots() const noexcept { return snapshots_; }

 private:
  struct Sums {
    std::uint64_t tokens = 0, lengths = 0, text = 0, number = 0, parts = 0, wides = 0, checks = 0;
  };

  Sums sums() const noexcept;
  std::uint8_t put_ts(std::uint8_t flags, std::int64_t ts);  // as in a frame's header
  std::uint8_t put_us(std::int64_t us);
  std::uint8_t put_double(double ts_ms);
  void put_wide(std::uint64_t value);
  std::uint8_t put_number(EventType type, bool has_parts, const EventView& event);
  void put_runs();
  template <class T>
  void put_planes(const T* values, std::size_t count);
  void put_word_lengths();
  void put_parts(std::string_view parts);
  std::uint8_t put_head(const event::DecodedFrame& frame);  // stamp and number; the row's tag
  void put_length(EventType type, std::uint8_t length) noexcept;
  void put_row(std::uint8_t tag) noexcept {
    tags_[events_++] = tag;
    raw_ += kRowBytesLeast;
  }

  WordTable& words_;
  std::uint32_t first_word_ = 0;
  std::size_t first_word_bytes_ = 0;
  std::uint32_t events_ = 0, tokens_count_ = 0, lengths_count_ = 0;
  std::uint32_t stream_count_ = 0;
  std::size_t raw_ = 0;
  io::LargeBuffer fixed_;  // the next four
  std::uint32_t* const ts_;
  std::uint16_t* const tokens_;
  std::uint8_t* const tags_;
  std::uint8_t* const lengths_;
  ByteColumn text_, number_, parts_, streams_, run_column_, word_lengths_, raw_columns_;
  std::vector<std::uint64_t> wides_;
  std::vector<std::uint32_t> checks_;
  std::string snapshot_column_;
  std::vector<SnapshotEntry> snapshots_;
  std::vector<RunInfo> runs_;
  std::vector<Sums> run_sums_;
  Sums run_start_;
  TsState ts_state_{0};
  Prediction prediction_;
  bool has_base_ = false;
  std::int64_t base_us_ = 0;
  TsRange ts_range_;
};

// The text of a row that is no word: a TOKEN says so in TOKENS.
inline void BlockBuilder::put_length(EventType type, std::uint8_t length) noexcept {
  if (type == EventType::token) tokens_[tokens_count_++] = 0;
  lengths_[lengths_count_++] = length;
}

inline std::uint8_t BlockBuilder::put_us(std::int64_t us) {
  ts_range_.add_us(us);
  const auto now = static_cast<std::uint64_t>(us);
  const std::uint64_t delta = base::zigzag(static_cast<std::int64_t>(now - ts_state_.us));
  ts_state_.us = now;
  if (delta <= UINT32_MAX) [[likely]] {
    ts_[events_] = static_cast<std::uint32_t>(delta);
    return static_cast<std::uint8_t>(static_cast<unsigned>(TsKind::us) << kTagTsShift);
  }
  put_wide(now);
  return static_cast<std::uint8_t>(static_cast<unsigned>(TsKind::wide_us) << kTagTsShift);
}

inline std::uint8_t BlockBuilder::put_ts(std::uint8_t flags, std::int64_t ts) {
  if ((flags & event::kTsDouble) == 0) return put_us(ts);
  const auto ts_ms = std::bit_cast<double>(ts);
  const auto us = exact_us(ts_ms);
  return us ? put_us(*us) : put_double(ts_ms);
}

inline void BlockBuilder::add_plain_token(const char* frame, ContentHash& content) {
  const auto bytes = base::load<std::uint32_t>(frame);
  const std::string_view text(frame + event::kFrameHeaderBytes, bytes);
  std::uint32_t reference = 0;
  // A frame is padded to a multiple of four.
  if (bytes <= 8) [[likely]] {
    std::uint64_t word = 0;
    if (bytes != 0) [[likely]] {  // else there is nothing behind the header
      const std::size_t second = bytes > 4 ? 4 : 0;
      word = base::load<std::uint32_t>(text.data()) |
             std::uint64_t{base::load<std::uint32_t>(text.data() + second)} << 32;
      word &= ~std::uint64_t{0} >> (64 - 8 * bytes);
    }
    content.update_word(word, bytes);
    reference = words_.reference(text, word);
  } else {
    content.update(text);
    if (bytes <= WordTable::kTextBytesMax) reference = words_.reference(text);
  }
  tokens_[tokens_count_++] = static_cast<std::uint16_t>(reference);
  if (reference == 0) [[unlikely]] {
    text_.append(text);
    raw_ += bytes;
    lengths_[lengths_count_++] = static_cast<std::uint8_t>(bytes);
  }

  std::uint8_t tag = static_cast<std::uint8_t>(EventType::token);
  tag = static_cast<std::uint8_t>(
      tag | put_ts(base::load<std::uint8_t>(frame + 5), base::load<std::int64_t>(frame + 24)));
  const std::int64_t index = base::load<std::int32_t>(frame + 32);
  const auto surprise =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(index) - prediction_.next_text());
  if (surprise != 0) {
    tag |= kTagNumber;
    const std::size_t before = number_.size();
    number_.append_varint(base::zigzag(surprise));
    raw_ += number_.size() - before;
  }
  prediction_.set_next_text(static_cast<std::uint64_t>(index) + 1);
  put_row(tag);
}

}  // namespace reel::segment
