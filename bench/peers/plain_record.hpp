// A token event as bytes without any cleverness: what those peers store who take bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "contest.hpp"

namespace reel::peers {

inline constexpr std::size_t kTextBytesMax = 256;  // longer tokens are cut, for everyone
inline constexpr std::size_t kHeaderBytes = 24;

struct PlainRecord {
  explicit PlainRecord(const Token& token) noexcept
      : size(kHeaderBytes + std::min(token.text.size(), kTextBytesMax)) {
    const std::uint32_t head[2] = {token.stream, static_cast<std::uint32_t>(size - kHeaderBytes)};
    std::memcpy(bytes, head, 8);
    std::memcpy(bytes + 8, &token.index, 8);
    std::memcpy(bytes + 16, &token.ts_ms, 8);
    std::memcpy(bytes + kHeaderBytes, token.text.data(), size - kHeaderBytes);
  }
  std::string_view view() const noexcept { return {bytes, size}; }

  char bytes[kHeaderBytes + kTextBytesMax];
  std::size_t size;
};

}  // namespace reel::peers
