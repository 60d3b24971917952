// DataBlock: a data block, its front taken apart and its columns unpacked as they are asked for;
// RunReader walks one run. Whatever the bytes say, nothing outside them is touched: sizes are
// checked when the block is parsed, every row against the sums of its run.
// One thread: a column is unpacked when the first reader wants it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
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
  const BlockRow& row() const noexcept { return row_; }
  bool damaged() const noexcept { return damaged_; }

  // Folding needs most rows only in sum. These step over rows that next() would have yielded next
  // without looking at their stamps; row() then tells the last one's seq alone.
  //
  // Plain text tokens (no parts, a number as predicted, a short text): how many, `rows_max` at
  // most. Appends the text of all to `text`; `number` becomes that of the last.
  std::uint32_t take_plain_tokens(std::uint64_t rows_max, std::string& text, std::int64_t& number);
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
  bool take_ts(TsKind kind);
  std::uint64_t small_delta(std::size_t row) const noexcept;
  void catch_up_ts() noexcept;
  std::uint32_t append_texts(std::uint32_t rows, std::string& text);
  bool texts_are_plain() const noexcept;
  bool skip_text() noexcept;
  void step_over(std::uint32_t rows) noexcept;
  bool take_number(EventType type, std::uint8_t tag) noexcept;
  bool take_text(EventType type) noexcept;
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

}  // namespace reel::segment
