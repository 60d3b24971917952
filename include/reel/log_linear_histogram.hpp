// LogLinearHistogram: how large values were, counted in buckets that grow with them.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace reel {

// Every power of two is cut into 2^StepBits buckets, so that a value is known to one part in
// 2^StepBits; below 2^(StepBits+1) exactly. Values of 2^LargestBits and more share the last bucket.
// Not for several threads at once.
template <unsigned StepBits, unsigned LargestBits>
class LogLinearHistogram {
  static_assert(StepBits < LargestBits && LargestBits <= 64);

 public:
  void add(std::uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++count_;
    sum_ += value;
    max_ = std::max(max_, value);
  }
  void merge(const LogLinearHistogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t sum() const noexcept { return sum_; }
  std::uint64_t max() const noexcept { return max_; }
  // What `share` (0..1) of the values do not exceed; 0 where there are none.
  std::uint64_t quantile(double share) const noexcept {
    share = share > 0 ? std::min(share, 1.0) : 0;  // NaN too
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return std::min(top_of(i), max_);
    }
    return max_;
  }
  // How many were below `value`, a power of two of at most 2^LargestBits.
  std::uint64_t count_below(std::uint64_t value) const noexcept {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts_.size() && top_of(i) < value; ++i) below += counts_[i];
    return below;
  }

 private:
  static constexpr std::uint64_t kSteps = std::uint64_t{1} << StepBits;
  static constexpr std::uint64_t kLargest = UINT64_MAX >> (64 - LargestBits);

  // Values below 2 * kSteps have a bucket each; above, the top StepBits + 1 bits name it.
  static std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < 2 * kSteps) return value;
    value = std::min(value, kLargest);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - StepBits - 1;
    return shift * kSteps + (value >> shift);
  }
  // The largest value of a bucket (of the last one of 64 bits by wrapping around).
  static std::uint64_t top_of(std::size_t bucket) noexcept {
    if (bucket < 2 * kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    return ((bucket - shift * kSteps + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (LargestBits - StepBits + 1) * kSteps> counts_{};
  std::uint64_t count_ = 0, sum_ = 0, max_ = 0;
};

// Durations in microseconds, rounded down (one of 16 took 16 to 17); known to an eighth, up to 12
// days.
using LatencyHistogram = LogLinearHistogram<3, 40>;

}  // namespace reel
