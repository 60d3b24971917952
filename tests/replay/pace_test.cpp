#include "replay/pace.hpp"

#include <vector>

#include "support/catch.hpp"

namespace reel::detail {
namespace {

std::vector<double> dues(double speed, const std::vector<double>& stamps) {
  std::vector<double> due;
  Pace pace(speed);
  for (const double ts_ms : stamps) due.push_back(pace.due_ms(ts_ms));
  return due;
}

TEST_CASE("events are due as recorded, a step back counts for nothing") {
  const std::vector<double> stamps = {1000, 1010, 1010, 1005, 1045.5};
  CHECK(dues(1, stamps) == std::vector<double>{0, 10, 10, 10, 50.5});
  CHECK(dues(2, stamps) == std::vector<double>{0, 5, 5, 5, 25.25});
  CHECK(dues(0.5, stamps) == std::vector<double>{0, 20, 20, 20, 101});
}

TEST_CASE("at speed 0 and below everything is due at once") {
  CHECK(dues(0, {1, 2, 3}) == std::vector<double>{0, 0, 0});
  CHECK(dues(-1, {1, 2, 3}) == std::vector<double>{0, 0, 0});
}

TEST_CASE("what is due stays finite, whatever the stamps") {
  CHECK(dues(1, {-1.7e308, 1.7e308, 1.7e308}) == std::vector<double>{0, 1e12, 1e12});
  CHECK(dues(1e-300, {0, 1}) == std::vector<double>{0, 1e15});
}

TEST_CASE("time can begin anew") {
  Pace pace(1);
  CHECK(pace.due_ms(100) == 0);
  CHECK(pace.due_ms(150) == 50);
  pace.restart();
  CHECK(pace.due_ms(40) == 0);
  CHECK(pace.due_ms(45) == 5);
}

}  // namespace
}  // namespace reel::detail
