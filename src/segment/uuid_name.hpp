// Ids that are UUIDs in their usual spelling: 36 characters, 16 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/uuid.hpp"

namespace reel::segment {

inline constexpr std::size_t kUuidNameBytes = 36;
// The digits of a UUID's two words, and the dashes between them.
inline constexpr std::string_view kUuidShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
static_assert(kUuidShape.size() == kUuidNameBytes);

// nullopt: not 8-4-4-4-12 lower-case hex digits.
inline std::optional<base::Uuid> parse_uuid_name(std::string_view name) noexcept {
  if (name.size() != kUuidNameBytes) return std::nullopt;
  std::uint64_t words[2] = {};
  unsigned digits = 0;
  for (std::size_t i = 0; i < kUuidNameBytes; ++i) {
    const char c = name[i];
    if (kUuidShape[i] == '-') {
      if (c != '-') return std::nullopt;
      continue;
    }
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(decimal ? c - '0' : c - 'a' + 10);
    words[digits / 16] = words[digits / 16] << 4 | digit;
    ++digits;
  }
  return base::Uuid{words[0], words[1]};
}

inline std::array<char, kUuidNameBytes> uuid_name(const base::Uuid& uuid) noexcept {
  std::array<char, kUuidNameBytes> name;
  const std::uint64_t words[2] = {uuid.high, uuid.low};
  unsigned digits = 0;
  for (std::size_t i = 0; i < kUuidNameBytes; ++i) {
    name[i] = '-';
    if (kUuidShape[i] == '-') continue;
    const unsigned shift = 60 - digits % 16 * 4;
    name[i] = "0123456789abcdef"[words[digits / 16] >> shift & 0xf];
    ++digits;
  }
  return name;
}

}  // namespace reel::segment
