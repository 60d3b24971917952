// Stamps neither step nor freeze, whatever the wall clock does.
#include "record/stamp_clock.hpp"

#include <chrono>
#include <thread>

#include "support/catch.hpp"

using namespace reel;  // NOLINT
using record::StampClock;

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kStartUs = 1'700'000'000 * kSecondUs;

// A wall clock that is set, and a monotonic one that nobody sets.
class TwoClocks : public base::Clock {
 public:
  std::int64_t wall_us() override { return monotonic_ + wall_ahead_; }
  std::int64_t monotonic_us() override { return monotonic_; }
  void pass(std::int64_t us) { monotonic_ += us; }
  void set_wall_by(std::int64_t us) { wall_ahead_ += us; }

 private:
  std::int64_t monotonic_ = 5 * kSecondUs;
  std::int64_t wall_ahead_ = kStartUs - 5 * kSecondUs;
};

}  // namespace

TEST_CASE("stamps follow a wall clock that jumps at 500 ppm, without a step or a halt",
          "[record]") {
  TwoClocks time;
  StampClock stamps(ClockKind::system, time);
  REQUIRE(stamps.kind() == ClockKind::system);
  CHECK(stamps.now_us() == kStartUs);
  const std::int64_t jump = GENERATE(-3600 * kSecondUs, 3600 * kSecondUs, 2000, -2000);
  time.set_wall_by(jump);
  std::int64_t before = stamps.now_us();
  CHECK(before == kStartUs);
  for (int tick = 0; tick < 1000; ++tick) {
    stamps.slew();
    time.pass(200'000);
    const std::int64_t now = stamps.now_us();
    REQUIRE(now - before >= 199'899);
    REQUIRE(now - before <= 200'101);
    before = now;
  }
  const std::int64_t moved = before - kStartUs - 200 * kSecondUs;
  const std::int64_t most = 200 * kSecondUs / 2000;
  CHECK(std::abs(moved) <= most + 1000);  // rounding down of a microsecond a tick
  if (std::abs(jump) > most) {
    CHECK(std::abs(moved) >= most - 1000);
  } else {  // worked off, but for what is left of an error that shrinks with itself
    CHECK(std::abs(moved - jump) < 1001);
  }
}

TEST_CASE("a ticker stands still between its ticks", "[record]") {
  TwoClocks time;
  StampClock stamps(ClockKind::ticker, time);
  REQUIRE(stamps.kind() == ClockKind::ticker);
  const std::int64_t first = stamps.now_us();
  CHECK(std::abs(first - kStartUs) < 100'000);  // calibrating takes a moment
  std::this_thread::sleep_for(std::chrono::milliseconds(3));
  time.pass(3000);
  CHECK(stamps.now_us() == first);
  stamps.tick();
  CHECK(stamps.now_us() >= first + 2500);
  CHECK(stamps.ticked_us() == stamps.now_us());
}

TEST_CASE("a TSC stamp is close to the wall clock and never goes back", "[record]") {
  StampClock stamps(ClockKind::tsc, base::system_clock());
  if (stamps.kind() != ClockKind::tsc) SUCCEED("no constant TSC here: comes to `system`");
  std::int64_t before = stamps.now_us();
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t now = stamps.now_us();
    REQUIRE(now >= before);
    before = now;
    if (i % 10'000 == 0) stamps.slew();
  }
  CHECK(std::abs(before - base::system_clock().wall_us()) < 100'000);
}

TEST_CASE("a thread that loses its core while a clock is read does not spoil the stamps",
          "[record]") {
  class Preempted final : public TwoClocks {
   public:
    std::int64_t wall_us() override {
      const std::int64_t seen = TwoClocks::wall_us();
      if (++reads_ % 8 != 3)
        pass(10'000);  // seven of eight readings are 10 ms old when they arrive
      return seen;
    }

   private:
    int reads_ = 0;
  } time;
  StampClock stamps(ClockKind::system, time);
  const auto error = [&] { return stamps.now_us() - time.TwoClocks::wall_us(); };
  CHECK(std::abs(error()) <= 1);
  for (int i = 0; i < 100; ++i) {
    time.pass(200'000);
    stamps.slew();
  }
  CHECK(std::abs(error()) <= 100);
}
