#include "replay/pace.hpp"

#include <algorithm>

namespace reel::detail {
namespace {

// Stamps may be anything; what is reckoned with them stays finite and exact to a millisecond.
constexpr double kGapMsMax = 1e12, kDueMsMax = 1e15;

}  // namespace

double Pace::due_ms(double ts_ms) noexcept {
  if (previous_ts_ms_ && ts_ms > *previous_ts_ms_) {
    recorded_ms_ += std::min(ts_ms - *previous_ts_ms_, kGapMsMax);
  }
  previous_ts_ms_ = ts_ms;
  return speed_ > 0 ? std::min(recorded_ms_ / speed_, kDueMsMax) : 0;
}

void Pace::restart() noexcept {
  previous_ts_ms_.reset();
  recorded_ms_ = 0;
}

}  // namespace reel::detail
