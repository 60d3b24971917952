// Objects built member by member.
#include <cmath>
#include <limits>

#include "reel/json_object.hpp"
#include "support/catch.hpp"
#include "support/random_event.hpp"

using namespace reel;
using namespace reel::test;
using json::ObjectBuilder;

namespace {

// The text of an object that must be one.
std::string text_of(const ObjectBuilder& builder) {
  const auto text = builder.text();
  INFO(text.status().to_string());
  REQUIRE(text.ok());
  return *text;
}

std::string refusal_of(const ObjectBuilder& builder) {
  const auto text = builder.text();
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().code == ErrorCode::invalid_argument);
  return text.error().message;
}

auto says(const std::string& words) { return Catch::Matchers::Contains(words); }

}  // namespace

TEST_CASE("members stand in the order they were added", "[json]") {
  CHECK(text_of(ObjectBuilder()) == "{}");
  CHECK(
      text_of(ObjectBuilder()
                  .add("z", "gpt-4")
                  .add("a", 0.7)
                  .add("on", true)
                  .add("off", false)
                  .add_null("none")
                  .add_strings("tags", {"a", "b\""})
                  .add_strings("no tags", {})) ==
      R"({"z":"gpt-4","a":0.7,"on":true,"off":false,"none":null,"tags":["a","b\""],"no tags":[]})");
  const std::string owned = "text";
  CHECK(text_of(ObjectBuilder().add("s", owned).add("v", std::string_view(owned))) ==
        R"({"s":"text","v":"text"})");
}

TEST_CASE("numbers come out exactly, and 1 is not 1.0", "[json]") {
  CHECK(text_of(ObjectBuilder()
                    .add("int", 1)
                    .add("double", 1.0)
                    .add("zero", -0.0)
                    .add("max", std::numeric_limits<std::int64_t>::max())
                    .add("min", std::numeric_limits<std::int64_t>::min())
                    .add("umax", std::numeric_limits<std::uint64_t>::max())
                    .add("short", static_cast<short>(-7))
                    .add("size", std::size_t{3})
                    .add("tiny", 5e-324)
                    .add("third", 1.0 / 3)) ==
        R"({"int":1,"double":1.0,"zero":-0.0,"max":9223372036854775807,)"
        R"("min":-9223372036854775808,"umax":18446744073709551615,"short":-7,"size":3,)"
        R"("tiny":5e-324,"third":0.3333333333333333})");
}

TEST_CASE("strings and keys are escaped, NUL too", "[json]") {
  CHECK(text_of(ObjectBuilder().add(std::string_view("a\0\n", 3), std::string_view("\0\"\\", 3))) ==
        R"({"a\u0000\n":"\u0000\"\\"})");
  CHECK(text_of(ObjectBuilder().add("", "\xC3\xA9\xF0\x9F\x98\x80")) ==
        "{\"\":\"\xC3\xA9\xF0\x9F\x98\x80\"}");
}

TEST_CASE("raw text stays as it was written, but for white space", "[json]") {
  const auto inner = ObjectBuilder().add("b", 1).text();
  CHECK(text_of(ObjectBuilder()
                    .add_raw("o", *inner)
                    .add_raw("a", "[ 1.10 , 1E5 ]")
                    .add_raw("n", "-0")
                    .add_raw("s", R"("\u0041 b")")) ==
        R"({"o":{"b":1},"a":[1.10,1E5],"n":-0,"s":"\u0041 b"})");
}

TEST_CASE("raw text must be one JSON value", "[json]") {
  for (const char* raw :
       {"", " ", "{", "1,\"b\":2", "1}", "}{", "nul", "NaN", "01", "'a'", "1 2", "\"\\ud800\"",
        "1e400", "99999999999999999999", "\"\xff\"", "[1,]", R"({"a":1,"a":2})"}) {
    INFO(raw);
    CHECK_FALSE(ObjectBuilder().add_raw("k", raw).text().ok());
  }
  CHECK_THAT(refusal_of(ObjectBuilder().add_raw("k", "{")), says("\"k\" is no JSON value"));
  const std::string deep = std::string(255, '[') + std::string(255, ']');
  CHECK_THAT(refusal_of(ObjectBuilder().add_raw("k", deep)), says("too deep"));
}

TEST_CASE("what JSON cannot say is refused, the first fault is told", "[json]") {
  CHECK_THAT(refusal_of(ObjectBuilder().add("a", 1).add("b", 2).add("a", 3)), says("\"a\" stands"));
  CHECK_THAT(refusal_of(ObjectBuilder().add("a", 1).add_raw("\x61", "2")), says("twice"));
  CHECK_THAT(refusal_of(ObjectBuilder().add("t", std::nan("")).add("t", "\xff")),
             says("\"t\" is not finite"));
  CHECK_FALSE(ObjectBuilder().add("t", -HUGE_VAL).text().ok());
  CHECK_THAT(refusal_of(ObjectBuilder().add("t", "\xff").add("t", HUGE_VAL)),
             says("\"t\" is not valid UTF-8"));
  CHECK_FALSE(ObjectBuilder().add("\xed\xa0\x80", 1).text().ok());
  CHECK_FALSE(ObjectBuilder().add_strings("l", {"ok", "\xc0\x80"}).text().ok());
}

TEST_CASE("any text that goes in comes out", "[json]") {
  const std::uint64_t seed = std::random_device()();
  CAPTURE(seed);
  RandomEvents random(seed);
  for (int round = 0; round < 300; ++round) {
    const std::string key = "k" + random.text(), value = random.text(), raw = random.json();
    const std::int64_t integer = random.integer();
    const double number = random.ts();
    const std::string object = text_of(ObjectBuilder()
                                           .add(key, value)
                                           .add("integer", integer)
                                           .add("number", number)
                                           .add_raw("raw", raw));
    CHECK(json::get_string(object, key) == value);
    CHECK(json::get_integer(object, "integer") == integer);
    const auto back = json::get_double(object, "number");
    REQUIRE(back);
    CHECK(*back == number);
    CHECK(std::signbit(*back) == std::signbit(number));
    CHECK(json::get_text(object, "raw") == raw);
  }
}
