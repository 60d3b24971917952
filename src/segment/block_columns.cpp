#include "segment/block_columns.hpp"

#include <algorithm>

namespace reel::segment {

bool BlockColumns::load(const DataBlock& block) {
  return load_types(block) && (!wanted_.stamps || load_stamps(block)) &&
         (!wanted_.token_bytes || load_token_bytes(block));
}

bool BlockColumns::load_types(const DataBlock& block) {
  if (!block.need(only(Column::tags))) return false;
  const std::size_t rows = block.events();
  types_.resize(rows);
  const char* const tags = block.column(Column::tags);
  std::uint8_t lowest = UINT8_MAX, highest = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto type =
        static_cast<std::uint8_t>(static_cast<unsigned char>(tags[i]) & unsigned{kTagTypeMask});
    types_[i] = static_cast<EventType>(type);
    lowest = std::min(lowest, type);
    highest = std::max(highest, type);
  }
  return rows == 0 || (lowest >= static_cast<std::uint8_t>(EventType::start) &&
                       highest <= static_cast<std::uint8_t>(EventType::gap));
}

// The four planes put together.
void BlockColumns::load_deltas(const DataBlock& block) {
  const std::size_t rows = block.events();
  deltas_.resize(rows);
  const auto* const planes = reinterpret_cast<const unsigned char*>(block.column(Column::ts0));
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint32_t bits = std::uint32_t{planes[i]} | std::uint32_t{planes[rows + i]} << 8 |
                               std::uint32_t{planes[2 * rows + i]} << 16 |
                               std::uint32_t{planes[3 * rows + i]} << 24;
    deltas_[i] = static_cast<std::int32_t>((bits >> 1) ^ (0 - (bits & 1)));
  }
}

bool BlockColumns::load_stamps(const DataBlock& block) {
  static_assert(kTsBytes == sizeof(std::uint32_t));
  if (!block.need(kStampColumns)) return false;
  load_deltas(block);
  stamps_.resize(block.events());
  const char* const tags = block.column(Column::tags);
  const char* const wides = block.column(Column::wides);
  const auto kind_of = [&](std::uint32_t row) {
    return static_cast<TsKind>(static_cast<unsigned char>(tags[row]) >> kTagTsShift & kTagTsMask);
  };
  for (std::size_t run = 0; run < block.run_count(); ++run) {
    const BlockRun& at = block.runs()[run];
    const BlockRun& end = block.runs()[run + 1];
    TsState state(block.shape().ts_base_us);
    std::uint32_t wide = at.wide;
    for (std::uint32_t row = at.row; row < end.row; ++row) {
      const TsKind kind = kind_of(row);
      if (kind == TsKind::us) [[likely]] {
        stamps_[row] =
            state.next(TsKind::us, static_cast<std::uint64_t>(std::int64_t{deltas_[row]}));
      } else if (kind == TsKind::x4096) {
        stamps_[row] =
            state.next(TsKind::x4096, static_cast<std::uint64_t>(std::int64_t{deltas_[row]}));
      } else {
        if (wide == end.wide) return false;
        stamps_[row] =
            state.next(kind, base::load<std::uint64_t>(wides + std::size_t{wide++} * kWideBytes));
      }
    }
    if (wide != end.wide) return false;
  }
  return true;
}

bool BlockColumns::load_token_bytes(const DataBlock& block) {
  if (!block.need(only(Column::token_low) | only(Column::token_high) | only(Column::lengths))) {
    return false;
  }
  token_bytes_.assign(block.events(), 0);
  for (std::size_t run = 0; run < block.run_count(); ++run) {
    if (!token_bytes_of(block, run) && !read_token_bytes(block, run)) return false;
  }
  return true;
}

// From the lengths of words and of short texts. false: one is longer, or makes no sense.
bool BlockColumns::token_bytes_of(const DataBlock& block, std::size_t run) {
  const BlockRun& at = block.runs()[run];
  const BlockRun& end = block.runs()[run + 1];
  const auto* const low = reinterpret_cast<const unsigned char*>(block.column(Column::token_low));
  const auto* const high = reinterpret_cast<const unsigned char*>(block.column(Column::token_high));
  const auto* const lengths =
      reinterpret_cast<const unsigned char*>(block.column(Column::lengths));
  const Words& words = block.words();
  std::uint32_t token = at.token, length = at.length;
  for (std::uint32_t row = at.row; row < end.row; ++row) {
    if (types_[row] != EventType::token) {
      ++length;
      continue;
    }
    if (token == end.token) return false;
    const std::uint32_t word = low[token] | std::uint32_t{high[token]} << 8;
    ++token;
    if (word != 0) {
      if (!words.has(word - 1)) return false;
      token_bytes_[row] = static_cast<std::uint32_t>(words[word - 1].size());
      continue;
    }
    if (length >= end.length || lengths[length] > kLenMax) return false;
    token_bytes_[row] = lengths[length++];
  }
  return token == end.token && length == end.length;
}

bool BlockColumns::read_token_bytes(const DataBlock& block, std::size_t run) {
  RunReader reader(block, run);
  std::size_t row = block.runs()[run].row;
  for (; reader.next(); ++row) {
    const BlockRow& at = reader.row();
    if (at.event.type != EventType::token) continue;
    const std::uint64_t bytes = at.text == BlockRow::Text::fragments ? at.fragment_text_bytes
                                                                     : at.event.text.size();
    token_bytes_[row] = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, UINT32_MAX));
  }
  return !reader.damaged();
}

}  // namespace reel::segment
