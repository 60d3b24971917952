// The columns of a data block and what its directory says of them (docs/FORMAT.md, "Data block").
// In memory a block is a BlockShape and the raw bytes of its columns, one behind the other; in the
// file it is the directory and the columns as they are stored, each by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "segment/compression.hpp"
#include "segment/format.hpp"

namespace reel::segment {

// In the order in which they lie in a block.
enum class Column : std::uint8_t {
  streams,
  runs,
  tags,
  token_low,
  token_high,
  lengths,
  ts0,
  ts1,
  ts2,
  ts3,
  numbers,
  parts,
  wides,
  checks,
  text,
  word_lengths,
  words,
  snapshots,
};
inline constexpr std::size_t kColumns = 18;

// One bit a column.
using ColumnSet = std::uint32_t;
constexpr ColumnSet only(Column column) noexcept {
  return ColumnSet{1} << static_cast<unsigned>(column);
}
inline constexpr ColumnSet kAllColumns = (ColumnSet{1} << kColumns) - 1;
inline constexpr ColumnSet kStampColumns = only(Column::ts0) | only(Column::ts1) |
                                           only(Column::ts2) | only(Column::ts3) |
                                           only(Column::wides);
// What says which rows there are, but for the rows.
inline constexpr ColumnSet kFrontColumns =
    only(Column::streams) | only(Column::runs) | only(Column::snapshots);
inline constexpr ColumnSet kWordColumns = only(Column::word_lengths) | only(Column::words);

using ColumnSizes = std::array<std::uint32_t, kColumns>;

struct BlockShape {
  std::int64_t ts_base_us = 0;  // what the first microsecond stamp of every run is a delta to
  std::uint32_t rows = 0, runs = 0;
  std::uint32_t definitions = 0, snapshots = 0;  // entries of STREAMS, of SNAPS
  std::uint32_t first_word = 0, words = 0;
  ColumnSizes raw{};  // bytes

  std::uint32_t bytes(Column column) const noexcept {
    return raw[static_cast<std::size_t>(column)];
  }
  std::uint64_t raw_bytes() const noexcept;  // of all columns
};

// Room for any directory.
inline constexpr std::size_t kDirectoryBytesMax = base::kVarintBytesMax * (7 + 2 * kColumns);

char* put_directory(char* to, const BlockShape& shape, const ColumnSizes& stored) noexcept;
// Takes it off the front. false: it contradicts itself, or no block may be so.
bool take_directory(base::Input& input, BlockShape& shape, ColumnSizes& stored) noexcept;

// Stores a column; there must be Compressor::room of its bytes behind `to`. Answers how many it
// takes, no more than the raw ones.
std::size_t store_column(Compressor& compressor, std::string_view raw, char* to) noexcept;
// The other way, into exactly `raw`; false: the stored bytes are no such column.
bool restore_column(std::string_view stored, std::span<char> raw);

}  // namespace reel::segment
