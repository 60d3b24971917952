// Which moments times name.
#include "reel/time_text.hpp"

#include "support/catch.hpp"

using reel::tool::parse_time;

namespace {

constexpr double kNow = 1705352739921.25;  // 2024-01-15T21:05:39.92125Z

std::optional<double> at(std::string_view text) { return parse_time(text, kNow); }

}  // namespace

TEST_CASE("times name moments", "[tool][time]") {
  CHECK(at("2024-01-15T21:05:39Z") == 1705352739000.0);
  CHECK(at("2024-01-15T21:05:39.921Z") == 1705352739921.0);
  CHECK(at("2024-01-15t21:05:39.921250999z") == 1705352739921.25);
  CHECK(at("2024-01-15 21:05:39") == 1705352739000.0);
  CHECK(at("2024-01-15T21:05") == 1705352700000.0);
  CHECK(at("2024-01-15T23:05:39+02:00") == 1705352739000.0);
  CHECK(at("2024-01-15T15:35:39-05:30") == 1705352739000.0);
  CHECK(at("2024-01-15T00:30:00+01:00") == at("2024-01-14T23:30:00Z"));
  CHECK(at("2024-01-15") == 1705276800000.0);
  CHECK(at("2024-02-29") == 1709164800000.0);
  CHECK(at("2016-12-31T23:59:60Z") == at("2017-01-01"));  // a leap second
  CHECK(at("1969-12-31T23:59:59Z") == -1000.0);
  CHECK(at("@0") == 0.0);
  CHECK(at("@1705352739") == 1705352739000.0);
  CHECK(at("@1705352739.5") == 1705352739500.0);
  CHECK(at("@1705352739s") == 1705352739000.0);
  CHECK(at("@1705352739921ms") == 1705352739921.0);
  CHECK(at("@1705352739921.25ms") == 1705352739921.25);
  CHECK(at("@1705352739921250us") == kNow);
  CHECK(at("now") == kNow);
  CHECK(at("today") == 1705276800000.0);
  CHECK(at("yesterday") == 1705276800000.0 - 86'400'000);
  CHECK(at("10m") == kNow - 600'000);
  CHECK(at("10min") == kNow - 600'000);
  CHECK(at("2h") == kNow - 7'200'000);
  CHECK(at("3d") == kNow - 3 * 86'400'000.0);
  CHECK(at("1w") == kNow - 7 * 86'400'000.0);
  CHECK(at("90s") == kNow - 90'000);
  CHECK(at("250ms") == kNow - 250);
  CHECK(at("2h30m") == kNow - 9'000'000);
  CHECK(at("2h30m ago") == kNow - 9'000'000);
  CHECK(at("0s") == kNow);
}

TEST_CASE("whatever is no time is none", "[tool][time]") {
  for (const char* text : {"",
                           " ",
                           "10",
                           "m",
                           "10x",
                           "-10m",
                           "10m ",
                           " 10m",
                           "1.5h",
                           "10m ago ",
                           "ago",
                           "@",
                           "@x",
                           "@1m",
                           "@1.",
                           "@.5",
                           "@-1",
                           "1705352739",
                           "2024",
                           "2024-01",
                           "2024-1-15",
                           "2024-13-01",
                           "2024-02-30",
                           "2023-02-29",
                           "2024-01-15T",
                           "2024-01-15T24:00",
                           "2024-01-15T21:60",
                           "2024-01-15T21:05:61",
                           "2024-01-15T21:05:39.",
                           "2024-01-15T21:05:39,5",
                           "2024-01-15T21",
                           "2024-01-15T21:05:39+2",
                           "2024-01-15T21:05:39+0200",
                           "2024-01-15T21:05:39 Z",
                           "2024-01-15T21:05:39ZZ",
                           "24-01-15",
                           "Today",
                           "tomorrow",
                           "99999999999999999999d",
                           "9999999999999w",
                           "@9999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(at(text));
  }
}
