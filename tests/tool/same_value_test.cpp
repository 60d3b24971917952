#include "reel/same_value.hpp"

#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/random_event.hpp"

using namespace reel;
using tool::canonical_json;
using tool::same_value;

namespace {

Event parsed(const std::string& line) {
  json::Parser parser;
  auto result = parser.parse_line(line);
  INFO(line);
  REQUIRE(result);
  return result->event;
}

bool same(const std::string& a, const std::string& b) { return same_value(parsed(a), parsed(b)); }

}  // namespace

TEST_CASE("one value has one spelling", "[tool]") {
  CHECK(canonical_json(R"({"a" : 1 , "b":[ 2,3 ]})") == canonical_json(R"({"a":1,"b":[2,3]})"));
  CHECK(canonical_json(R"("\u0041\n\u00e9\ud83d\ude00\/")") ==
        canonical_json("\"A\\u000a\xc3\xa9\xf0\x9f\x98\x80/\""));
  CHECK(canonical_json("1e2") == canonical_json("100.0"));
  CHECK(canonical_json("1") != canonical_json("1.0"));
  CHECK(canonical_json("18446744073709551615") != canonical_json("18446744073709551614"));
  CHECK(canonical_json(R"({"a":1,"b":2})") != canonical_json(R"({"b":2,"a":1})"));
  CHECK(canonical_json(R"(["a,b"])") != canonical_json(R"(["a","b"])"));
}

TEST_CASE("events are compared by value", "[tool]") {
  const std::string start = R"({"type":"START","ts":1000,"options":{"t":0.50}})";
  CHECK(same(start, R"({"ts":1e3,"options":{ "t":0.5 },"type":"START"})"));
  CHECK_FALSE(same(start, R"({"type":"START","ts":1001,"options":{"t":0.50}})"));
  CHECK_FALSE(same(start, R"({"type":"START","ts":1000,"options":{"t":1}})"));
  CHECK_FALSE(same(start, R"({"type":"CHECKPOINT","ts":1000,"at":1,"content":""})"));
  const std::string token = R"({"type":"TOKEN","ts":1,"value":"a","index":0,"x":1,"y":"\u0062"})";
  CHECK(same(token, R"({"type":"TOKEN","ts":1,"y":"b","x":1,"value":"\u0061","index":0})"));
  CHECK_FALSE(same(token, R"({"type":"TOKEN","ts":1,"y":"b","x":2,"value":"a","index":0})"));
  CHECK_FALSE(same(token, R"({"type":"TOKEN","ts":1,"value":"a","index":0,"x":1})"));
}

TEST_CASE("an event equals what its own export says", "[tool]") {
  test::RandomEvents random(4711);
  for (int i = 0; i < 200; ++i) {
    const Event event = random.event();
    CHECK(same_value(event, event));
    const Event other = random.event();
    Event moved = event;
    moved.ts_ms += 1;
    if (moved.ts_ms != event.ts_ms) CHECK_FALSE(same_value(event, moved));
    if (other.type() != event.type()) CHECK_FALSE(same_value(event, other));
  }
}
