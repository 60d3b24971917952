#include "reel/latency_histogram.hpp"

#include <algorithm>
#include <bit>

namespace reel {

// Values below 2 * kSteps have a bucket each; above, the top kStepBits + 1 bits name it.
std::size_t LatencyHistogram::bucket_of(std::uint64_t us) noexcept {
  if (us < 2 * kSteps) return us;
  us = std::min(us, (std::uint64_t{1} << kLargestBits) - 1);
  const unsigned shift = static_cast<unsigned>(std::bit_width(us)) - kStepBits - 1;
  return shift * kSteps + (us >> shift);
}

// The largest value of a bucket.
std::uint64_t LatencyHistogram::top_of(std::size_t bucket) noexcept {
  if (bucket < 2 * kSteps) return bucket;
  const std::size_t shift = bucket / kSteps - 1;
  return ((bucket - shift * kSteps + 1) << shift) - 1;
}

void LatencyHistogram::add(std::uint64_t us) noexcept {
  ++counts_[bucket_of(us)];
  ++count_;
  sum_us_ += us;
  max_us_ = std::max(max_us_, us);
}

std::uint64_t LatencyHistogram::quantile_us(double share) const noexcept {
  share = share > 0 ? std::min(share, 1.0) : 0;  // NaN too
  const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen > rank) return std::min(top_of(i), max_us_);
  }
  return max_us_;
}

std::uint64_t LatencyHistogram::count_below(std::uint64_t us) const noexcept {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size() && top_of(i) < us; ++i) below += counts_[i];
  return below;
}

}  // namespace reel
