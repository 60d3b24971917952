#include "base/clock.hpp"

#include <ctime>

namespace reel::base {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kNanosPerMicro = 1'000;

std::int64_t read_us(clockid_t id) {
  timespec now{};
  ::clock_gettime(id, &now);  // cannot fail for these two clocks
  return now.tv_sec * kMicrosPerSecond + now.tv_nsec / kNanosPerMicro;
}

class SystemClock final : public Clock {
 public:
  std::int64_t wall_us() override { return read_us(CLOCK_REALTIME); }
  std::int64_t monotonic_us() override { return read_us(CLOCK_MONOTONIC); }
};

}  // namespace

Clock& system_clock() {
  static auto* const kClock = new SystemClock;  // never destroyed: other statics may ask late
  return *kClock;
}

}  // namespace reel::base
