#include "json/same_json.hpp"

#include "support/catch.hpp"

namespace reel::json {
namespace {

TEST_CASE("JSON texts are the same when their values are") {
  CHECK(same_json(R"({"a":1,"b":[true,null,"x"]})", R"({ "b":[true,null,"\u0078"], "a":1.0 })"));
  CHECK(same_json("-0.0", "0"));
  CHECK(same_json("18446744073709551615", "18446744073709551615"));
  CHECK(same_json("[]", "[ ]"));
}

TEST_CASE("JSON texts differ when anything in them does") {
  CHECK_FALSE(same_json("1", "1.5"));
  CHECK_FALSE(same_json("1", "true"));
  CHECK_FALSE(same_json("1", R"("1")"));
  CHECK_FALSE(same_json("null", "false"));
  CHECK_FALSE(same_json("[1,2]", "[2,1]"));
  CHECK_FALSE(same_json("[1]", "[1,1]"));
  CHECK_FALSE(same_json("[1,1]", "[1]"));
  CHECK_FALSE(same_json(R"({"a":1})", R"({"a":1,"b":1})"));
  CHECK_FALSE(same_json(R"({"a":1})", R"({"b":1})"));
  CHECK_FALSE(same_json("-1", "18446744073709551615"));
}

TEST_CASE("whole numbers are compared without rounding") {
  CHECK_FALSE(same_json("9007199254740993", "9007199254740992.0"));
  CHECK(same_json("9007199254740992", "9007199254740992.0"));
  CHECK_FALSE(same_json("18446744073709551615", "18446744073709551616.0"));
  CHECK(same_json("-9223372036854775808", "-9223372036854775808.0"));
}

TEST_CASE("what is no JSON equals only itself") {
  CHECK(same_json("{", "{"));
  CHECK_FALSE(same_json("{", "{}"));
}

}  // namespace
}  // namespace reel::json
