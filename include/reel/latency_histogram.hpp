// LatencyHistogram: how long something took, counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace reel {

// Durations in microseconds, log-linear: every power of two is cut into 8 buckets, so that a value
// is known to 12.5 %; below 16 exactly. Not for several threads at once.
class LatencyHistogram {
 public:
  void add(std::uint64_t us) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t sum_us() const noexcept { return sum_us_; }
  std::uint64_t max_us() const noexcept { return max_us_; }
  // What `share` (0..1) of the durations do not exceed; 0 where there are none.
  std::uint64_t quantile_us(double share) const noexcept;
  // How many were below `us`, a power of two of 2^40 at most. Durations are whole microseconds,
  // rounded down: one of 16 took 16 to 17.
  std::uint64_t count_below(std::uint64_t us) const noexcept;

 private:
  static constexpr unsigned kStepBits = 3;
  static constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
  static constexpr unsigned kLargestBits = 40;  // about 12 days; longer ones count as that
  static std::size_t bucket_of(std::uint64_t us) noexcept;
  static std::uint64_t top_of(std::size_t bucket) noexcept;

  std::array<std::uint64_t, (kLargestBits - kStepBits + 1) * kSteps> counts_{};
  std::uint64_t count_ = 0, sum_us_ = 0, max_us_ = 0;
};

}  // namespace reel
