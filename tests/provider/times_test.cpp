#include "provider/emitter.hpp"
#include "support/catch.hpp"

namespace reel::provider {

TEST_CASE("RFC 3339 times are Unix milliseconds", "[provider][times]") {
  CHECK(parse_time("1970-01-01T00:00:00Z") == 0.0);
  CHECK(parse_time("1970-01-01T00:00:01.5Z") == 1500.0);
  CHECK(parse_time("1970-01-01T02:00:00.25+02:00") == 250.0);
  CHECK(parse_time("1969-12-31T23:59:59-00:30") == 1799000.0);
  CHECK(parse_time("2024-05-24T20:57:43.314639Z") == Approx(1716584263314.639).epsilon(1e-15));
  CHECK(parse_time("2024-02-29T00:00:00.1234567891234Z").has_value());
  CHECK(parse_time("9999-12-31T23:59:59Z") == 253402300799000.0);
}

TEST_CASE("what is no time is none", "[provider][times]") {
  for (const char* text :
       {"", "Z", "2024", "2024-05-24", "2024-05-24T20:57:43", "2024-05-24 20:57:43Z",
        "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-05-24T24:00:00Z",
        "2024-05-24T20:60:00Z", "2024-05-24T20:57:43.Z", "2024-05-24T20:57:43Zx",
        "2024-05-24T20:57:43+2:00", "-024-05-24T20:57:43Z", "2024-05-24T20:57:43.1.2Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text).has_value());
  }
}

}  // namespace reel::provider
