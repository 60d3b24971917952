// The checksum of small files and of whole buffers: XXH3 with seed 0, 64 or 128 bits.
#pragma once

#include <cstdint>
#include <string_view>

namespace reel::base {

struct Checksum128 {
  std::uint64_t high = 0, low = 0;
};

std::uint64_t checksum64(std::string_view bytes) noexcept;
Checksum128 checksum128(std::string_view bytes) noexcept;

}  // namespace reel::base
