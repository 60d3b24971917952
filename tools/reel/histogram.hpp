// A log-linear histogram: counts of durations, 32 steps to each power of two (3 % apart).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace reel::tool {

class Histogram {
 public:
  void add(std::uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++total_;
    if (value > max_) max_ = value;
  }
  void merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
    if (other.max_ > max_) max_ = other.max_;
  }
  // The value that `share` (0..1) of all values do not exceed; 0 when there are none.
  std::uint64_t quantile(double share) const noexcept {
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return std::min(middle_of(i), max_);
    }
    return max_;
  }
  std::uint64_t max() const noexcept { return max_; }
  std::uint64_t total() const noexcept { return total_; }

 private:
  static constexpr unsigned kStepBits = 5;
  static constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;

  // Values below 2 * kSteps have a bucket each; above, the top kStepBits + 1 bits name it.
  static std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < 2 * kSteps) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
    return shift * kSteps + (value >> shift);
  }
  static std::uint64_t middle_of(std::size_t bucket) noexcept {
    if (bucket < 2 * kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    const std::uint64_t low = (bucket - shift * kSteps) << shift;
    return low + ((std::uint64_t{1} << shift) >> 1);
  }

  std::array<std::uint64_t, (64 - kStepBits + 1) * kSteps> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace reel::tool
