#include "base/clock.hpp"

#include <ctime>

#include "support/catch.hpp"

namespace reel::base {
namespace {

TEST_CASE("the system clock tells Unix time and never goes back", "[base]") {
  Clock& clock = system_clock();
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  const std::int64_t off = clock.wall_us() / 1'000'000 - now;
  CHECK(off >= -1);
  CHECK(off <= 5);
  std::int64_t last = clock.monotonic_us();
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t next = clock.monotonic_us();
    REQUIRE(next >= last);
    last = next;
  }
}

}  // namespace
}  // namespace reel::base
