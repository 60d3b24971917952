#include "record/stamp_clock.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace reel::record {
namespace {

constexpr std::int64_t kSlewPpmMax = 500;
constexpr std::int64_t kSlewOverUs = 10'000'000;  // an error is worked off over this long
constexpr std::int64_t kRemeasureUs = 1'000'000;  // the rate is trusted after this long a base
constexpr std::int64_t kCalibrateUs = 2'000;

#if defined(__x86_64__)
// Does the counter run at one rate in all power states (CPUID 8000_0007h, EDX bit 8)?
bool constant_tsc() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1u << 8)) != 0;
}
#else
bool constant_tsc() noexcept { return false; }
#endif

}  // namespace

StampClock::StampClock(ClockKind kind, base::Clock& wall)
    : wall_(wall), kind_(kind), counts_tsc_(kind != ClockKind::system && constant_tsc()) {
  if (kind_ == ClockKind::tsc && !counts_tsc_) kind_ = ClockKind::system;
  calibrate();
  tick();
}

std::int64_t StampClock::now_us() const noexcept {
  return kind_ == ClockKind::ticker ? ticked_us() : counted_us();
}

std::int64_t StampClock::counted_us() const noexcept {
  return at_now([this] { return count(); });
}

std::uint64_t StampClock::monotonic() const noexcept {
  return static_cast<std::uint64_t>(wall_.monotonic_us());
}

std::uint64_t StampClock::rate_of(std::int64_t us, std::uint64_t count) noexcept {
  return static_cast<std::uint64_t>((static_cast<Uint128>(us) << kRateBits) /
                                    std::max<std::uint64_t>(count, 1));
}

// Between two looks at the counter: the closest of some tries, for the thread may lose its core
// between them, and stamps would be wrong by as long for weeks.
template <class ReadUs>
StampClock::Reading StampClock::reading_of(ReadUs read_us) const noexcept {
  constexpr int kTries = 8;
  Reading best;
  std::uint64_t closest = UINT64_MAX;
  for (int i = 0; i < kTries; ++i) {
    const std::uint64_t before = count();
    const std::int64_t us = read_us();
    const std::uint64_t apart = count() - before;
    if (apart >= closest) continue;
    closest = apart;
    best = {before + apart / 2, us};
  }
  return best;
}

// What the counter is measured against, whatever clock gives the wall time.
StampClock::Reading StampClock::real_time() const noexcept {
  return reading_of([] { return base::system_clock().monotonic_us(); });
}

StampClock::Reading StampClock::wall_time() const noexcept {
  return reading_of([this] { return wall_.wall_us(); });
}

void StampClock::publish(const Line& line) noexcept {
  const std::uint32_t next = version_.load(std::memory_order_relaxed) + 1;
  PublishedLine& published = lines_[next % 2];
  published.base_count.store(line.base_count, std::memory_order_release);
  published.base_us.store(line.base_us, std::memory_order_release);
  published.rate.store(line.rate, std::memory_order_release);
  version_.store(next, std::memory_order_release);
  line_ = line;
}

void StampClock::calibrate() noexcept {
  true_rate_ = std::uint64_t{1} << kRateBits;  // the monotonic clock counts microseconds
  if (counts_tsc_) {
    first_ = real_time();
    Reading now = first_;
    while (now.us - first_.us < kCalibrateUs) now = real_time();
    true_rate_ = rate_of(now.us - first_.us, now.count - first_.count);
  }
  const Reading wall = wall_time();
  publish({wall.count, wall.us, true_rate_});
}

// The longer the base, the better the rate is known.
void StampClock::remeasure() noexcept {
  if (!counts_tsc_) return;
  const Reading now = real_time();
  if (now.us - first_.us > kRemeasureUs && now.count > first_.count) {
    true_rate_ = rate_of(now.us - first_.us, now.count - first_.count);
  }
}

void StampClock::slew() noexcept {
  remeasure();
  const Reading wall = wall_time();
  const std::int64_t error = wall.us - at(line_, wall.count);
  const std::int64_t most = kSlewOverUs * kSlewPpmMax / 1'000'000;
  const std::int64_t bend = std::clamp(error, -most, most);  // microseconds per kSlewOverUs
  const auto rate = static_cast<std::int64_t>(true_rate_);
  const std::int64_t bent = rate + rate * bend / kSlewOverUs;
  const std::uint64_t now = count();
  publish({now, at(line_, now), static_cast<std::uint64_t>(bent)});
}

}  // namespace reel::record
