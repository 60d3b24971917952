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

// What the counter is measured against: real time, whatever clock gives the wall time.
std::int64_t real_us() noexcept { return base::system_clock().monotonic_us(); }

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

void StampClock::publish(const Line& line) noexcept {
  const std::uint32_t version = version_.load(std::memory_order_relaxed);
  version_.store(version + 1, std::memory_order_relaxed);
  base_count_.store(line.base_count, std::memory_order_release);
  base_us_.store(line.base_us, std::memory_order_release);
  rate_.store(line.rate, std::memory_order_release);
  version_.store(version + 2, std::memory_order_release);
  line_ = line;
}

void StampClock::calibrate() noexcept {
  true_rate_ = std::uint64_t{1} << kRateBits;  // the monotonic clock counts microseconds
  if (counts_tsc_) {
    first_mono_us_ = real_us();
    first_count_ = count();
    std::int64_t now = first_mono_us_;
    while (now - first_mono_us_ < kCalibrateUs) now = real_us();
    true_rate_ = rate_of(now - first_mono_us_, count() - first_count_);
  }
  publish({count(), wall_.wall_us(), true_rate_});
}

// The longer the base, the better the rate is known.
void StampClock::remeasure(std::uint64_t count) noexcept {
  if (!counts_tsc_) return;
  const std::int64_t mono = real_us();
  if (mono - first_mono_us_ > kRemeasureUs && count > first_count_) {
    true_rate_ = rate_of(mono - first_mono_us_, count - first_count_);
  }
}

void StampClock::slew() noexcept {
  const std::uint64_t now = count();
  remeasure(now);
  const std::int64_t shown = at(line_, now);
  const std::int64_t error = wall_.wall_us() - shown;
  const std::int64_t most = kSlewOverUs * kSlewPpmMax / 1'000'000;
  const std::int64_t bend = std::clamp(error, -most, most);  // microseconds per kSlewOverUs
  const auto rate = static_cast<std::int64_t>(true_rate_);
  const std::int64_t bent = rate + rate * bend / kSlewOverUs;
  publish({now, shown, static_cast<std::uint64_t>(bent)});
}

}  // namespace reel::record
