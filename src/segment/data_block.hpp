// DataBlock: the raw payload of a data block, checked and taken apart; RunReader walks one run.
// Whatever the bytes say, nothing outside them is touched: sizes are checked when the block is
// parsed, every row against the sums of its run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "reel/event.hpp"
#include "segment/format.hpp"
#include "segment/prediction.hpp"
#include "segment/segment_writer.hpp"
#include "segment/snapshot.hpp"
#include "segment/timestamp.hpp"

namespace reel::segment {

// A run with the places of its first row in every column.
struct BlockRun {
  std::uint64_t first_seq = 0;
  std::uint32_t stream = 0;
  std::uint32_t count = 0, row = 0;
  std::uint32_t text = 0, number = 0, parts = 0, wide = 0, hash = 0;
};

struct StreamDefinition {
  std::uint32_t number = 0;
  StreamIdentity identity;  // views into the block
};

class DataBlock {
 public:
  // nullptr when the payload makes no sense.
  static std::shared_ptr<const DataBlock> parse(std::unique_ptr<char[]> raw, std::size_t bytes);

  std::uint32_t events() const noexcept { return prologue_.events; }
  const std::vector<StreamDefinition>& definitions() const noexcept { return definitions_; }
  // Ascending (stream, first_seq); one more entry than there are runs, where the columns end.
  const std::vector<BlockRun>& runs() const noexcept { return runs_; }
  std::size_t run_count() const noexcept { return runs_.size() - 1; }
  // The first run of a stream; run_count() when it has none here.
  std::size_t find_stream(std::uint32_t stream) const noexcept;
  // Ascending by stream and seq; views into the block.
  const std::vector<Snapshot>& snapshots() const noexcept { return snapshots_; }

 private:
  friend class RunReader;
  bool parse_columns(std::size_t bytes);
  bool parse_definitions(std::string_view bytes);
  bool parse_runs(std::string_view bytes);
  bool parse_snapshots(std::string_view bytes);
  bool sums_fit() const noexcept;

  std::unique_ptr<char[]> raw_;
  DataPrologue prologue_;
  std::vector<StreamDefinition> definitions_;
  std::vector<BlockRun> runs_;
  std::vector<Snapshot> snapshots_;
  const char *tags_ = nullptr, *lengths_ = nullptr, *ts_ = nullptr, *number_ = nullptr,
             *parts_ = nullptr, *wides_ = nullptr, *hashes_ = nullptr, *text_ = nullptr;
};

// One row as it lies in the block.
struct BlockRow {
  std::uint64_t seq = 0;
  EventView event;  // text empty when elided; text and parts empty when in fragments
  enum class Text : std::uint8_t { here, elided, fragments } text = Text::here;
  Uuid hash;  // of the elided content
  std::uint64_t fragment_offset = 0, fragment_text_bytes = 0, fragment_parts_bytes = 0;
};

class RunReader {
 public:
  // `block` must outlive the reader.
  RunReader(const DataBlock& block, std::size_t run) noexcept;

  // false: the run is over, or makes no sense (see damaged()).
  bool next() noexcept;
  const BlockRow& row() const noexcept { return row_; }
  bool damaged() const noexcept { return damaged_; }

  // Folding needs most rows only in sum. These step over rows that next() would have yielded next
  // without looking at their stamps; row() then tells the last one's seq alone.
  //
  // Plain text tokens (no parts, a number as predicted, a short text): how many, `rows_max` at
  // most. `text` becomes the text of all, `number` that of the last.
  std::uint32_t take_plain_tokens(std::uint64_t rows_max, std::string_view& text,
                                  std::int64_t& number) noexcept;
  // Is the next row a CHECKPOINT whose content was elided, and nothing else about it?
  bool at_elided_checkpoint() const noexcept;
  Uuid elided_hash() const noexcept;  // of that row's content
  void take_elided_checkpoint() noexcept;
  // Appends the texts of all text tokens that are left, and is at the run's end. false: something
  // makes no sense.
  bool take_texts(std::string& texts);

 private:
  bool take_ts(TsKind kind) noexcept;
  std::uint64_t small_delta(std::size_t row) const noexcept;
  void catch_up_ts() noexcept;
  bool texts_are_plain() const noexcept;
  void step_over(std::uint32_t rows) noexcept;
  bool take_number(EventType type, std::uint8_t tag) noexcept;
  bool take_payload(std::uint8_t length, bool has_parts) noexcept;
  bool take_fragment(bool has_parts) noexcept;
  bool take_wide(std::uint64_t& value) noexcept;
  bool used_up() const noexcept;
  bool fail() noexcept {
    damaged_ = true;
    return false;
  }

  const DataBlock& block_;
  BlockRun at_;
  BlockRun end_;
  std::uint32_t left_;
  base::Input numbers_;
  TsState ts_;
  Prediction prediction_;
  BlockRow row_;
  std::uint32_t ts_behind_ = 0;   // rows stepped over whose stamps are not in ts_ yet
  bool plain_tokens_fit_ = true;  // in what the run has of the TEXT column
  bool damaged_ = false;
};

}  // namespace reel::segment
