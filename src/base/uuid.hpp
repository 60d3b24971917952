// Uuid: 16 random bytes that name a store.
#pragma once

#include <cstdint>

namespace reel::base {

struct Uuid {
  std::uint64_t high = 0, low = 0;
  bool operator==(const Uuid&) const = default;
};

}  // namespace reel::base
