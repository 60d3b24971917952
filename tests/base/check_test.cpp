#include "base/check.hpp"

#include <cstring>

#include "support/catch.hpp"

namespace reel::base {
namespace {

CheckFailure seen{nullptr, nullptr, 0};

TEST_CASE("a failed check tells the handler and goes on", "[base]") {
  const CheckHandler before = set_check_handler([](const CheckFailure& f) { seen = f; });
  CHECK_FALSE(check_failed({"written <= recorded", "writer.cpp", 7}, false));
  CHECK(std::strcmp(seen.condition, "written <= recorded") == 0);
  CHECK(seen.line == 7);
  seen = {};
  const int written = 1, recorded = 2;
  CHECK(REEL_CHECK(written <= recorded));
  CHECK(seen.condition == nullptr);
#ifdef NDEBUG
  CHECK_FALSE(REEL_CHECK(written > recorded));
  CHECK(std::strcmp(seen.condition, "written > recorded") == 0);
#endif
  CHECK(set_check_handler(before) != nullptr);
}

}  // namespace
}  // namespace reel::base
