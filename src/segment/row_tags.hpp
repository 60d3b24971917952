// Tags of rows that are read many at a time.
#pragma once

#include <cstdint>

#include "reel/event.hpp"
#include "segment/format.hpp"

namespace reel::segment {

// Tags but for whether the stamp is a delta in microseconds or in 1/4096 ms; other stamps take an
// entry of WIDE, and such rows are read one by one.
inline constexpr std::uint8_t kTagSmallTs = static_cast<std::uint8_t>(TsKind::x4096)
                                            << kTagTsShift;
static_assert(static_cast<int>(TsKind::us) == 0 && kTagSmallTs == 0x20);

inline constexpr auto kTagPlainToken = static_cast<std::uint8_t>(EventType::token);
inline constexpr auto kTagPlainCheckpoint = static_cast<std::uint8_t>(EventType::checkpoint);

constexpr std::uint8_t but_for_stamp(char tag) noexcept {
  return static_cast<std::uint8_t>(static_cast<unsigned char>(tag) & ~unsigned{kTagSmallTs});
}

// Rows from the front whose tags, but for the bits that are not in `mask`, are `wanted`.
inline std::uint32_t rows_like(const char* tags, std::uint32_t limit, std::uint8_t mask,
                               std::uint8_t wanted) noexcept {
  constexpr std::uint32_t kAtOnce = 16;
  std::uint32_t rows = 0;
  for (; limit - rows >= kAtOnce; rows += kAtOnce) {
    unsigned other = 0;
    for (std::uint32_t i = rows; i < rows + kAtOnce; ++i) {
      other |= (unsigned{static_cast<unsigned char>(tags[i])} & mask) ^ wanted;
    }
    if (other != 0) break;
  }
  while (rows < limit && (static_cast<unsigned char>(tags[rows]) & mask) == wanted) ++rows;
  return rows;
}

}  // namespace reel::segment
