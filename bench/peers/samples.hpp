// The cycle counter and what it counted.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "reel/ticks.hpp"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace reel::peers {

inline double now_seconds() noexcept {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline std::uint64_t plain_ticks() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return tool::read_ticks();
#endif
}

inline std::uint64_t fenced_ticks() noexcept { return tool::read_ticks(); }

// ns a tick and the median distance of two fenced reads in a row; measured once.
double ns_per_tick();
std::uint64_t fenced_ticks_cost();

class Samples {
 public:
  explicit Samples(std::size_t count) { ticks_.reserve(count); }
  void add(std::uint64_t ticks) { ticks_.push_back(ticks); }
  // Of each sample `cost` is taken off.
  double quantile_ns(double share, std::uint64_t cost = 0) {
    if (ticks_.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(ticks_.size() - 1));
    std::nth_element(ticks_.begin(), ticks_.begin() + at, ticks_.end());
    const std::uint64_t ticks = ticks_[static_cast<std::size_t>(at)];
    return ticks <= cost ? 0 : static_cast<double>(ticks - cost) * ns_per_tick();
  }

 private:
  std::vector<std::uint64_t> ticks_;
};

}  // namespace reel::peers
