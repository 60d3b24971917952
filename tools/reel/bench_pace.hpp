// BenchPace: when each event of a rate-limited `bench write` is due, in ticks.
//
// Event n is due at first + n / rate whatever became of those before it. Latency is counted from
// there and not from when the recording thread got round to it: a call that takes 100 ms makes
// a thousand others late, and each of them counts (no coordinated omission).
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "ticks.hpp"

namespace reel::tool {

class BenchPace {
 public:
  BenchPace() = default;
  // Begins now. No `events_per_s`: flat out, nothing is ever due. No `seconds`: no end.
  BenchPace(double events_per_s, double seconds, double ns_per_tick)
      : first_(read_ticks()),
        end_(seconds > 0 ? first_ + static_cast<std::uint64_t>(seconds * 1e9 / ns_per_tick)
                         : UINT64_MAX),
        ticks_per_event_(events_per_s > 0 ? 1e9 / ns_per_tick / events_per_s : 0),
        ns_per_tick_(ns_per_tick) {}

  bool limited() const noexcept { return ticks_per_event_ > 0; }
  std::uint64_t due(std::uint64_t event) const noexcept {
    return first_ + static_cast<std::uint64_t>(static_cast<double>(event) * ticks_per_event_);
  }
  bool ends_before(std::uint64_t tick) const noexcept { return tick >= end_; }
  // Time that went into something else than recording: everything after it is due later.
  void put_off(std::uint64_t ticks) noexcept { first_ += ticks; }

  // Sleeps as long as there is much time (the cores may be needed by others), then watches the
  // clock: being woken takes longer than the calls to be measured.
  void wait_for(std::uint64_t due) const noexcept {
    for (std::uint64_t now = read_ticks(); now < due; now = read_ticks()) {
      const double ns = static_cast<double>(due - now) * ns_per_tick_;
      if (ns < kWatchNs) continue;
      std::this_thread::sleep_for(
          std::chrono::nanoseconds(static_cast<std::int64_t>(ns - kWakeNs)));
    }
  }

 private:
  static constexpr double kWatchNs = 300'000, kWakeNs = 200'000;

  std::uint64_t first_ = 0, end_ = UINT64_MAX;
  double ticks_per_event_ = 0, ns_per_tick_ = 1;
};

}  // namespace reel::tool
