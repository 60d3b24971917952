// How fast streams came: what `reel stats` counts.
#pragma once

#include <cstdint>
#include <optional>

#include "reel/event.hpp"
#include "reel/log_linear_histogram.hpp"

namespace reel::tool {

// Microseconds, known to one part in 32; the largest exactly.
using TimingHistogram = LogLinearHistogram<5, 50>;

// One stream, event by event in its order. A TOKEN is one of any channel. Between two TOKENs with
// something else than GUARDRAIL, DRIFT or CHECKPOINT in between there is no gap: another attempt,
// an end, or a hole in the recording says nothing about the model's pace.
class StreamTiming {
 public:
  void note(const EventView& event);

  std::uint64_t events() const noexcept { return events_; }  // GAPs are none
  std::uint64_t tokens() const noexcept { return tokens_; }
  // False: all events carry one stamp, which says nothing about when they came. What follows then
  // means nothing.
  bool timed() const noexcept { return timed_; }
  // From the first START to the first TOKEN behind it; nullopt: there is none, or it is stamped
  // before its START.
  std::optional<double> first_token_ms() const noexcept;
  // The gaps, and their sum. Stamps that go back count as no time.
  const TimingHistogram& gaps_us() const noexcept { return gaps_us_; }
  double paced_ms() const noexcept { return paced_ms_; }
  std::optional<double> tokens_per_s() const noexcept;

 private:
  TimingHistogram gaps_us_;
  std::uint64_t events_ = 0, tokens_ = 0;
  bool timed_ = false;
  double first_ts_ms_ = 0;
  std::optional<double> start_ms_, first_token_ms_;
  std::optional<double> last_token_ms_;  // of a run of TOKENs that goes on
  double paced_ms_ = 0;
};

}  // namespace reel::tool
