// StampClock: the microsecond stamps that record_* puts on events.
//
// Elapsed time comes from a counter that nobody sets: the CPU's time stamp counter where it runs at
// one rate, else the monotonic clock. Its offset to the wall clock is slewed by at most 500 ppm. So
// stamps neither step nor freeze when the wall clock jumps; they come round to it slowly.
//
//   tsc      reads the time stamp counter: about 10 ns on a virtual machine
//   system   reads the monotonic clock: about 25 ns
//   ticker   reads what tick() stored last: under a nanosecond, as coarse as the ticks are apart
//
// now_us() may be called from any thread; slew() and tick() from one each, now and then.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"
#include "reel/options.hpp"

namespace reel::record {

class StampClock {
 public:
  // tsc without a constant counter comes to `system`.
  StampClock(ClockKind kind, base::Clock& wall);

  std::int64_t now_us() const noexcept;
  ClockKind kind() const noexcept { return kind_; }
  void slew() noexcept;
  // ticker: moves now_us() on.
  void tick() noexcept { ticked_us_.store(counted_us(), std::memory_order_relaxed); }

  // now_us() inline, where kind() is tsc: costs little more than reading the counter.
  std::int64_t tsc_us() const noexcept {
    return at_now([] { return tsc(); });
  }
  // The same where it is ticker.
  std::int64_t ticked_us() const noexcept { return ticked_us_.load(std::memory_order_relaxed); }

 private:
  __extension__ using Uint128 = unsigned __int128;
  static constexpr int kRateBits = 32;

  struct Line {  // us = base_us + (count - base_count) * rate / 2^32
    std::uint64_t base_count = 0;
    std::int64_t base_us = 0;
    std::uint64_t rate = 0;
  };
  struct PublishedLine {
    std::atomic<std::uint64_t> base_count{0};
    std::atomic<std::int64_t> base_us{0};
    std::atomic<std::uint64_t> rate{0};
  };
  struct Reading {  // what another clock showed when the counter stood at `count`
    std::uint64_t count = 0;
    std::int64_t us = 0;
  };
  template <class ReadUs>
  Reading reading_of(ReadUs read_us) const noexcept;
  Reading real_time() const noexcept;
  Reading wall_time() const noexcept;
  static std::uint64_t tsc() noexcept;
  std::uint64_t monotonic() const noexcept;
  std::uint64_t count() const noexcept { return counts_tsc_ ? tsc() : monotonic(); }
  std::int64_t counted_us() const noexcept;
  template <class Counter>
  std::int64_t at_now(Counter counter) const noexcept;
  static std::uint64_t rate_of(std::int64_t us, std::uint64_t count) noexcept;
  static std::int64_t at(const Line& line, std::uint64_t count) noexcept;
  void publish(const Line& line) noexcept;
  void calibrate() noexcept;
  void remeasure() noexcept;

  base::Clock& wall_;
  ClockKind kind_;
  bool counts_tsc_;
  // The line of the current version is in lines_[version_ % 2]; the next one is written beside it.
  // So there is a whole line at any moment, in a forked child too.
  std::atomic<std::uint32_t> version_{0};
  PublishedLine lines_[2];
  Line line_;                    // the slewing thread's own copy
  std::uint64_t true_rate_ = 0;  // as measured; line_.rate is this, bent towards the wall clock
  Reading first_;                // of real time: what the rate is measured from
  alignas(64) std::atomic<std::int64_t> ticked_us_{0};  // apart: it changes all the time
};

inline std::uint64_t StampClock::tsc() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return 0;
#endif
}

inline std::int64_t StampClock::at(const Line& line, std::uint64_t count) noexcept {
  // A core whose counter lags behind the base by a few counts must not wrap around.
  if (count < line.base_count) return line.base_us;
  const Uint128 product = static_cast<Uint128>(count - line.base_count) * line.rate;
  return line.base_us + static_cast<std::int64_t>(product >> kRateBits);
}

template <class Counter>
inline std::int64_t StampClock::at_now(Counter counter) const noexcept {
  for (;;) {
    const std::uint32_t version = version_.load(std::memory_order_acquire);
    const PublishedLine& published = lines_[version % 2];
    const Line line{published.base_count.load(std::memory_order_acquire),
                    published.base_us.load(std::memory_order_acquire),
                    published.rate.load(std::memory_order_acquire)};
    if (version_.load(std::memory_order_relaxed) == version) [[likely]] {
      return at(line, counter());
    }
  }
}

}  // namespace reel::record
