// DataBlock: a data block, its front taken apart and its columns unpacked as they are asked for;
// RunReader walks one run. Whatever the bytes say, nothing outside them is touched: sizes are
// checked when the block is parsed, every row against the sums of its run.
// One thread: a column is unpacked when the first reader wants it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "reel/event.hpp"
#include "segment/columns.hpp"
#include "segment/format.hpp"
#include "segment/prediction.hpp"
#include "segment/segment_writer.hpp"
#include "segment/snapshot.hpp"
#include "segment/timestamp.hpp"
#include "segment/words.hpp"

namespace reel::segment {

// A run with the places of its first row in every column.
struct BlockRun {
  std::uint64_t first_seq = 0;
  std::uint32_t stream = 0;
  std::uint32_t count = 0, row = 0;
  std::uint32_t token = 0, length = 0, text = 0, number = 0, parts = 0, wide = 0, check = 0;
};

struct StreamDefinition {
  std::uint32_t number = 0;
  StreamIdentity identity;  // views into the block
};

class DataBlock {
 public:
  // `payload` is intact, and lives as long as `keep` does; `words` are the segment's. nullptr when
  // the payload makes no sense.
  static std::shared_ptr<const DataBlock> parse(std::string_view payload, std::size_t raw_bytes,
                                                std::shared_ptr<const void> keep,
                                                std::shared_ptr<const Words> words);
  // Only to be made by parse().
  DataBlock(std::shared_ptr<const void> keep, std::shared_ptr<const Words> words)
      : keep_(std::move(keep)), words_(std::move(words)) {}

  std::uint32_t events() const noexcept { return shape_.rows; }
  const std::vector<StreamDefinition>& definitions() const noexcept { return definitions_; }
  // Ascending (stream, first_seq); one more entry than there are runs, where the columns end.
  const std::vector<BlockRun>& runs() const noexcept { return runs_; }
  std::size_t run_count() const noexcept { return runs_.size() - 1; }
  // The first run of a stream; run_count() when it has none here.
  std::size_t find_stream(std::uint32_t stream) const noexcept;
  // The parts of the run's first row, where that is a START in one piece: for who wants nothing
  // else, since it unpacks half of what reading rows does. nullopt: it is none, or makes no sense.
  std::optional<std::string_view> parts_of_start(std::size_t run) const;
  // Ascending by stream and seq; views into the block.
  const std::vector<Snapshot>& snapshots() const noexcept { return snapshots_; }

  // Makes these columns readable. false: one of them is not what the directory says.
  bool need(ColumnSet columns) const {
    return (columns & ~unpacked_) == 0 || unpack(columns & ~unpacked_);
  }
  // A column that was needed.
  const char* column(Column column) const noexcept {
    return raw_.get() + places_[static_cast<std::size_t>(column)];
  }
  std::string_view column_bytes(Column column) const noexcept {
    return {this->column(column), shape_.bytes(column)};
  }
  const BlockShape& shape() const noexcept { return shape_; }
  const Words& words() const noexcept { return *words_; }

 private:
  bool parse_columns(std::string_view payload, std::size_t raw_bytes);
  bool parse_definitions();
  bool parse_runs();
  bool parse_snapshots();
  bool sums_fit() const noexcept;
  std::uint32_t entries(Column column, std::size_t bytes) const noexcept;
  bool unpack(ColumnSet columns) const;

  std::shared_ptr<const void> keep_;  // of what stored_ points into
  std::shared_ptr<const Words> words_;
  BlockShape shape_;
  std::array<std::string_view, kColumns> stored_;
  ColumnSizes places_{};
  std::unique_ptr<char[]> raw_;
  mutable ColumnSet unpacked_ = 0;
  std::vector<StreamDefinition> definitions_;
  std::vector<BlockRun> runs_;
  std::vector<Snapshot> snapshots_;
};

// Adds the words that a block defines. false: they are not what the block says.
bool take_words(const DataBlock& block, Words& words);

// One row as it lies in the block.
struct BlockRow {
  std::uint64_t seq = 0;
  EventView event;  // text empty when elided; text and parts empty when in fragments
  enum class Text : std::uint8_t { here, elided, fragments } text = Text::here;
  std::uint32_t check = 0;  // of the elided content
  std::uint64_t fragment_offset = 0, fragment_text_bytes = 0, fragment_parts_bytes = 0;
};

class RunReader {
 public:
  // `block` must outlive the reader.
  RunReader(const DataBlock& block, std::size_t run);

  // false: the run is over, or makes no sense (see damaged()).
  bool next();
  bool at_end() const noexcept { return left_ == 0; }
  const BlockRow& row() const noexcept { return row_; }
  bool damaged() const noexcept { return damaged_; }

  // Folding needs most rows only in sum. These step over rows that next() would have yielded next
  // without looking at their stamps; row() then tells the last one's seq alone.
  //
  // Plain text tokens (no parts, a number as predicted, a short text): how many, `rows_max` at
  // most. Appends the text of all to `text`; `number` becomes that of the last.
  std::uint32_t take_plain_tokens(std::uint64_t rows_max, std::string& text, std::int64_t& number);
  // The same as events, `out.size()` and kEventsAtOnce at most, whose ids stay as they are. Appends
  // the texts to `text` unless it is null.
  std::size_t take_plain_events(std::span<EnvelopeView> out, std::string* text);
  static constexpr std::size_t kEventsAtOnce = 128;
  // Is the next row a CHECKPOINT whose content was elided, and nothing else about it?
  bool at_elided_checkpoint() const noexcept;
  std::uint32_t elided_check() const noexcept;  // of that row's content
  void take_elided_checkpoint() noexcept;
  // Appends the texts of all text tokens that are left, and is at the run's end. false: something
  // makes no sense.
  bool take_texts(std::string& texts);

 private:
  static constexpr ColumnSet kRowColumns =
      kAllColumns & ~(kFrontColumns | kStampColumns | kWordColumns);
  bool need_stamps();
  bool take_ts(TsKind kind);
  std::uint32_t set_texts(std::span<EnvelopeView> out, std::string* text);
  void set_stamps(std::span<EnvelopeView> out, TsKind kind);
  std::int32_t small_delta(std::size_t row) const noexcept;
  void catch_up_ts() noexcept;
  std::uint32_t append_texts(std::uint32_t rows, std::string& text);
  bool texts_are_plain() const noexcept;
  bool skip_text() noexcept;
  void step_over(std::uint32_t rows) noexcept;
  bool take_number(EventType type, std::uint8_t tag) noexcept;
  bool take_text(EventType type) noexcept;
  template <class Use>
  std::uint32_t take_texts_of(std::uint32_t tokens, Use use);
  template <class Use>
  std::uint32_t append_short_texts(std::uint32_t tokens, std::string& text, Use use);
  bool take_parts() noexcept;
  bool take_fragment(bool has_parts) noexcept;
  std::uint32_t reference(std::uint32_t token) const noexcept;
  bool take_wide(std::uint64_t& value) noexcept;
  bool used_up() const noexcept;
  bool fail() noexcept {
    damaged_ = true;
    return false;
  }

  const DataBlock& block_;
  const Words& words_;
  // Columns by what they hold; those of stamps once they are needed.
  const char *tags_, *token_low_, *token_high_, *lengths_, *text_, *parts_, *checks_;
  const char *ts_planes_ = nullptr, *wides_ = nullptr;
  BlockRun at_;
  BlockRun end_;
  std::uint32_t left_;
  base::Input numbers_;
  TsState ts_;
  Prediction prediction_;
  BlockRow row_;
  std::uint32_t ts_behind_ = 0;  // rows stepped over whose stamps are not in ts_ yet
  bool damaged_ = false;
};

// What a TOKEN refers to: 0, or a word's number plus one.
inline std::uint32_t RunReader::reference(std::uint32_t token) const noexcept {
  return static_cast<unsigned char>(token_low_[token]) |
         std::uint32_t{static_cast<unsigned char>(token_high_[token])} << 8;
}

// The texts of so many TOKENs, the next ones: words, and what is no longer than kLenMax; of fewer
// where one of them is neither, makes no sense, or `use` answers false to it. Answers how many.
template <class Use>
std::uint32_t RunReader::take_texts_of(std::uint32_t tokens, Use use) {
  tokens = std::min(tokens, end_.token - at_.token);
  std::uint32_t length = at_.length, text = at_.text, done = 0;
  for (; done < tokens; ++done) {
    if (const std::uint32_t word = reference(at_.token + done); word != 0) [[likely]] {
      if (!words_.has(word - 1) || !use(words_[word - 1])) break;
      continue;
    }
    if (length == end_.length) break;
    const unsigned bytes = static_cast<unsigned char>(lengths_[length]);
    if (bytes > kLenMax || bytes > end_.text - text) break;
    if (!use(std::string_view(text_ + text, bytes))) break;
    ++length;
    text += bytes;
  }
  at_.token += done;
  at_.length = length;
  at_.text = text;
  return done;
}

// The same, and appends them to `text`. Ends before one that is longer than most: all are copied
// alike, for there are Words::kSlack bytes behind each.
template <class Use>
std::uint32_t RunReader::append_short_texts(std::uint32_t tokens, std::string& text, Use use) {
  constexpr std::size_t kCopied = Words::kSlack;
  const std::size_t before = text.size();
  text.resize(before + tokens * kCopied);
  char* to = text.data() + before;
  const std::uint32_t taken = take_texts_of(tokens, [&](std::string_view next) {
    if (next.size() > kCopied) return false;
    std::memcpy(to, next.data(), kCopied);
    to += next.size();
    use(next);
    return true;
  });
  text.resize(static_cast<std::size_t>(to - text.data()));
  return taken;
}

inline std::int32_t RunReader::small_delta(std::size_t row) const noexcept {
  static_assert(kTsBytes == sizeof(std::uint32_t));
  const auto* const planes = reinterpret_cast<const unsigned char*>(ts_planes_) + row;
  const std::size_t rows = block_.events();
  const std::uint32_t bits = std::uint32_t{planes[0]} | std::uint32_t{planes[rows]} << 8 |
                             std::uint32_t{planes[2 * rows]} << 16 |
                             std::uint32_t{planes[3 * rows]} << 24;
  return static_cast<std::int32_t>((bits >> 1) ^ (0 - (bits & 1)));
}

}  // namespace reel::segment
