// What a line becomes.
#include <cmath>
#include <string>

#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/parsing.hpp"

using namespace reel;
using namespace reel::test;

TEST_CASE("an envelope is read", "[json]") {
  json::Parser parser;
  const auto line = parser.parse_line(
      R"( {"stream_id":"chat-7","seq":1,"event":{"type":"TOKEN","ts":1705619139921.994,)"
      R"("value":"H\u00e9\n","index":-3,"channel":"reasoning","call":2,"x":[1, 2]},"from":"gw"} )");
  REQUIRE(line.ok());
  CHECK(line->stream_id == "chat-7");
  CHECK(line->seq == 1u);
  CHECK_FALSE(line->name_space);
  CHECK(line->event.ts_ms == 1705619139921.994);
  const auto& token = std::get<Token>(line->event.body);
  CHECK(token.value == "H\xC3\xA9\n");
  CHECK(token.index == -3);
  CHECK(token.channel == "reasoning");
  CHECK(token.call == 2);
  CHECK(line->event.extra == R"("x":[1,2])");
  CHECK(line->event.envelope_extra == R"("from":"gw")");
}

TEST_CASE("a namespace belongs to the envelope", "[json]") {
  json::Parser parser;
  const auto line = parser.parse_line(
      R"({"namespace":"tenant","stream_id":"a","seq":18446744073709551615,"event":{"type":"NEW","ts":1}})");
  REQUIRE(line.ok());
  CHECK(line->name_space == "tenant");
  CHECK(line->seq == UINT64_MAX);
  CHECK(line->event.envelope_extra.empty());
}

TEST_CASE("a bare event has no stream and no seq", "[json]") {
  json::Parser parser;
  const auto line = parser.parse_line(R"({"type":"X","ts":1,"event":{"a":1},"seq":"x"})");
  REQUIRE(line.ok());
  CHECK_FALSE(line->stream_id);
  CHECK_FALSE(line->seq);
  CHECK(std::get<Opaque>(line->event.body).type_name == "X");
  CHECK(line->event.extra == R"("event":{"a":1},"seq":"x")");
}

TEST_CASE("an unknown type is kept with all its members", "[json]") {
  const Event event = event_of(R"({"z":1,"type":"GAP","count":1.0,"ts":0,"a":{"b" : [ "x y" ]}})");
  REQUIRE(event.type() == EventType::opaque);
  CHECK(std::get<Opaque>(event.body).type_name == "GAP");
  CHECK(event.extra == R"("z":1,"count":1.0,"a":{"b":["x y"]})");
}

TEST_CASE("free-form JSON stays as written", "[json]") {
  CHECK(options_of(R"({"z":1,"a":2})") == R"({"z":1,"a":2})");
  CHECK(options_of(R"({ "n" : [ 18446744073709551615 , -9223372036854775808,1,1.0,1.10,1E5 ] })") ==
        R"({"n":[18446744073709551615,-9223372036854775808,1,1.0,1.10,1E5]})");
  CHECK(options_of(R"({"s" : "a  \" b\\", "t":"\u00e9\/" })") ==
        R"({"s":"a  \" b\\","t":"\u00e9\/"})");
  CHECK(options_of("{\t}") == "{}");
  CHECK(std::get<Retry>(
            event_of(R"({"type":"RETRY","ts":0,"reason":"r","attempt":1,"delay":1.10})").body)
            .delay == "1.10");
}

TEST_CASE("null for an optional member is kept as null", "[json]") {
  CHECK(event_of(start("null")).extra == R"("options":null)");
  const Event event =
      event_of(R"({"type":"GUARDRAIL","ts":0,"at":null,"result":null,"check_type":null})");
  CHECK(event.extra == R"("at":null,"result":null,"check_type":null)");
  CHECK(event_of(R"({"type":"TOKEN","ts":0,"value":"","index":0,"channel":""})").extra ==
        R"("channel":"")");
}

TEST_CASE("ts is an exact double", "[json]") {
  const auto ts = [](const std::string& number) {
    return event_of(R"({"type":"X","ts":)" + number + "}").ts_ms;
  };
  CHECK(ts("1705619139899") == 1705619139899.0);
  CHECK(ts("-1.5") == -1.5);
  CHECK(ts("9007199254740993") == 9007199254740992.0);
  CHECK(ts("18446744073709551615") == 18446744073709551616.0);
  CHECK(ts("1e300") == 1e300);
  CHECK(ts("5e-324") == 5e-324);
  CHECK(std::signbit(ts("-0")));
  CHECK(std::signbit(ts("-0.0")));
  CHECK_FALSE(std::signbit(ts("0")));
}

TEST_CASE("L0's own file is an array", "[json]") {
  json::Parser parser;
  const auto lines = parser.parse_array(
      "[\n  {\n    \"stream_id\": \"s\",\n    \"seq\": 0,\n    \"event\": {\n      \"type\": "
      "\"START\",\n      \"ts\": 1.5,\n      \"options\": {\n        \"prompt\": \"h\\u00e9 }\"\n"
      "      }\n    }\n  },\n  {\"type\": \"COMPLETE\", \"ts\": 2, \"content\": \"\\u00e9\", "
      "\"token_count\": 1}\n]\n");
  REQUIRE(lines.ok());
  REQUIRE(lines->size() == 2);
  CHECK((*lines)[0].stream_id == "s");
  CHECK(std::get<Start>((*lines)[0].event.body).options == R"({"prompt":"h\u00e9 }"})");
  CHECK(std::get<Complete>((*lines)[1].event.body).content == "\xC3\xA9");
  CHECK(parser.parse_array("[]")->empty());
  CHECK_THAT(parser.parse_array("{}").error().message, says("one array"));
  CHECK_THAT(parser.parse_array(R"([{"type":"X","ts":0},{"type":"X"}])").error().message,
             says("element 1 of the array") && says("\"ts\""));
}

TEST_CASE("a free-form object is checked on its own", "[json]") {
  json::Parser parser;
  CHECK(*parser.check_object(" { \"b\" : 1.0 , \"a\" : \"x y\" } ") == R"({"b":1.0,"a":"x y"})");
  CHECK_FALSE(parser.check_object("[1]").ok());
  CHECK_FALSE(parser.check_object("{").ok());
  CHECK_FALSE(parser.check_object(R"({"a":1,"a":1})").ok());
}

TEST_CASE("a parser is as good after a refusal and after a huge line", "[json]") {
  json::Parser parser;
  const std::string small = R"({"type":"COMPLETE","ts":0,"content":"ok","token_count":1})";
  const std::string huge(20'000'000, 'x');
  CHECK_FALSE(parser.parse_line("{").ok());
  CHECK(parser.parse_line(small).ok());
  const auto line = parser.parse_line(R"({"type":"COMPLETE","ts":0,"content":")" + huge +
                                      R"(","token_count":1})");
  REQUIRE(line.ok());
  CHECK(std::get<Complete>(line->event.body).content == huge);
  CHECK(parser.parse_line(small).ok());
}
