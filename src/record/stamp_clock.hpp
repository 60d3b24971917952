// StampClock: the microsecond stamps that record_* puts on events.
//
// tsc      reads the CPU's time stamp counter (about 10 ns on a virtual machine) and follows the
//          wall clock by slewing at most 500 ppm: stamps never step and never freeze.
// system   clock_gettime(CLOCK_REALTIME): for CPUs without a constant counter; follows its jumps.
//
// now_us() may be called from any thread; slew() from one, now and then (the writer's tick).
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"
#include "reel/options.hpp"

namespace reel::record {

class StampClock {
 public:
  StampClock(ClockKind kind, base::Clock& wall);

  std::int64_t now_us() const noexcept;
  void slew() noexcept;
  bool uses_tsc() const noexcept { return uses_tsc_; }
  // now_us() inline, where uses_tsc(). Costs little more than reading the counter.
  std::int64_t tsc_us() const noexcept;

 private:
  __extension__ using Uint128 = unsigned __int128;
  static constexpr int kRateBits = 32;

  struct Line {  // us = base_us + (ticks - base_ticks) * rate / 2^32
    std::uint64_t base_ticks = 0;
    std::int64_t base_us = 0;
    std::uint64_t rate = 0;
  };
  static std::uint64_t ticks() noexcept;
  static std::uint64_t rate_of(std::int64_t us, std::uint64_t tick_count) noexcept;
  static std::int64_t at(const Line& line, std::uint64_t ticks) noexcept;
  void publish(const Line& line) noexcept;
  void calibrate() noexcept;

  base::Clock& wall_;
  bool uses_tsc_ = false;
  // A sequence lock over the line: odd while it changes.
  std::atomic<std::uint32_t> version_{0};
  std::atomic<std::uint64_t> base_ticks_{0};
  std::atomic<std::int64_t> base_us_{0};
  std::atomic<std::uint64_t> rate_{0};
  Line line_;                    // the slewing thread's own copy
  std::uint64_t true_rate_ = 0;  // as measured; line_.rate is this, bent towards the wall clock
  std::uint64_t first_ticks_ = 0;
  std::int64_t first_mono_us_ = 0;
};

inline std::uint64_t StampClock::ticks() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return 0;
#endif
}

inline std::int64_t StampClock::at(const Line& line, std::uint64_t ticks) noexcept {
  // A core whose counter lags behind the base by a few ticks must not wrap around.
  if (ticks < line.base_ticks) return line.base_us;
  const Uint128 product = static_cast<Uint128>(ticks - line.base_ticks) * line.rate;
  return line.base_us + static_cast<std::int64_t>(product >> kRateBits);
}

inline std::int64_t StampClock::tsc_us() const noexcept {
  for (;;) {
    const std::uint32_t version = version_.load(std::memory_order_acquire);
    const Line line{base_ticks_.load(std::memory_order_acquire),
                    base_us_.load(std::memory_order_acquire),
                    rate_.load(std::memory_order_acquire)};
    if ((version & 1) == 0 && version_.load(std::memory_order_relaxed) == version) [[likely]] {
      return at(line, ticks());
    }
  }
}

}  // namespace reel::record
