#include "stream_timing.hpp"

#include <algorithm>
#include <cmath>

namespace reel::tool {
namespace {

// Stamps may be any doubles.
std::uint64_t whole_us(double ms) {
  constexpr double kLargest = 1e15;
  return static_cast<std::uint64_t>(std::llround(std::clamp(ms * 1000, 0.0, kLargest)));
}

bool goes_on_after(EventType type) {
  return type == EventType::token || type == EventType::guardrail || type == EventType::drift ||
         type == EventType::checkpoint;
}

}  // namespace

void StreamTiming::note(const EventView& event) {
  if (!goes_on_after(event.type)) last_token_ms_.reset();
  if (event.type == EventType::gap) return;
  if (events_++ == 0) first_ts_ms_ = event.ts_ms;
  timed_ |= event.ts_ms != first_ts_ms_;
  if (event.type == EventType::start && !start_ms_ && tokens_ == 0) start_ms_ = event.ts_ms;
  if (event.type != EventType::token) return;
  if (tokens_++ == 0) first_token_ms_ = event.ts_ms;
  if (last_token_ms_) {
    const double gap_ms = std::max(event.ts_ms - *last_token_ms_, 0.0);
    gaps_us_.add(whole_us(gap_ms));
    paced_ms_ += gap_ms;
  }
  last_token_ms_ = event.ts_ms;
}

std::optional<double> StreamTiming::first_token_ms() const noexcept {
  if (!start_ms_ || !first_token_ms_ || *first_token_ms_ < *start_ms_) {
    return std::nullopt;
  }
  return *first_token_ms_ - *start_ms_;
}

std::optional<double> StreamTiming::tokens_per_s() const noexcept {
  if (gaps_us_.count() == 0 || paced_ms_ <= 0) return std::nullopt;
  return static_cast<double>(gaps_us_.count()) * 1000 / paced_ms_;
}

}  // namespace reel::tool
