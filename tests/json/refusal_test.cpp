// What a parser refuses, and what it says.
#include <string>

#include "reel/json.hpp"
#include "reel/options.hpp"
#include "support/catch.hpp"
#include "support/parsing.hpp"

using namespace reel;
using namespace reel::test;

namespace {

std::string nested(std::size_t arrays) {
  return std::string(arrays, '[') + std::string(arrays, ']');
}
std::string listed(const std::string& element) {
  return std::string("[").append(element).append("]");
}

}  // namespace

TEST_CASE("broken text is refused and says why", "[json]") {
  CHECK_THAT(refusal_of(""), says("empty"));
  CHECK_THAT(refusal_of("  "), says("empty"));
  CHECK_THAT(refusal_of("7"), says("must be an object"));
  CHECK_THAT(refusal_of("[]"), says("must be an object"));
  CHECK_THAT(refusal_of("{}"), says("neither an envelope"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":1)"), says("broken JSON"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":1}})"), says("broken JSON"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":1,})"), says("broken JSON"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":1} {})"), says("broken JSON"));
  CHECK_THAT(refusal_of(R"({"type":"X)"), says("not closed"));
  CHECK_THAT(refusal_of("{\"type\":\"X\ty\",\"ts\":1}"), says("control character"));
  CHECK_THAT(refusal_of(std::string("{\"type\":\"X\0\",\"ts\":1}", 21)), says("control character"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":NaN})"), says("broken JSON"));
  CHECK_THAT(refusal_of(R"({"type":"X","ts":nul})"), says("true, false and null"));
  CHECK_THAT(refusal_of("{\"type\":\"\xFF\",\"ts\":1}"), says("UTF-8"));
  CHECK_THAT(refusal_of("{\"type\":\"\xED\xA0\x80\",\"ts\":1}"), says("UTF-8"));
  CHECK_THAT(refusal_of("\xEF\xBB\xBF{\"type\":\"X\",\"ts\":1}"), says("byte order mark"));
}

TEST_CASE("lone surrogates are refused wherever they stand", "[json]") {
  for (const char* text : {R"(\ud800)", R"(\udc00)", R"(\ud800\u0041)", R"(\ud800\ud800)",
                           R"(\ud800x)", R"(\udbff\ue000)", R"(\ud83d\\ude00)", R"(\ud800\n)"}) {
    INFO(text);
    CHECK_THAT(refusal_of(start(R"({"a":[")" + std::string(text) + R"("]})")), says("surrogate"));
    CHECK_THAT(refusal_of(start(R"({")" + std::string(text) + R"(":1})")), says("surrogate"));
  }
  CHECK(options_of(R"({"a":"\ud83d\ude00"})") == R"({"a":"\ud83d\ude00"})");
  CHECK(options_of(R"({"a":"\\ud800"})") == R"({"a":"\\ud800"})");
}

TEST_CASE("numbers outside their ranges are refused", "[json]") {
  for (const char* number : {"18446744073709551616", "-9223372036854775809", "1e400", "-1e400",
                             "100000000000000000000000000", "01", "1.", ".5", "+1", "-", "0x10"}) {
    INFO(number);
    CHECK(refusal_of(start("{\"n\":" + std::string(number) + "}")) != "accepted");
    CHECK(refusal_of(R"({"type":"X","ts":)" + std::string(number) + "}") != "accepted");
  }
  CHECK_THAT(refusal_of(start(R"({"n":1e400})")), says("finite doubles"));
  CHECK_THAT(refusal_of(start(R"({"n":18446744073709551616})")), says("uint64"));
  CHECK_THAT(
      refusal_of(R"({"type":"TOKEN","ts":0,"value":"","index":9223372036854775808})"),
      says("\"index\" of a TOKEN event must be an integer from -2^63 to 2^63-1, not one outside"));
  CHECK_THAT(refusal_of(R"({"type":"TOKEN","ts":0,"value":1,"index":0})"),
             says("must be a string, not an integer"));
}

TEST_CASE("a key may stand once in an object, at any depth", "[json]") {
  CHECK_THAT(refusal_of(R"({"type":"X","ts":1,"ts":1})"), says("\"ts\" stands twice"));
  CHECK_THAT(refusal_of(start(R"({"a":[{"b":1,"\u0062":2}]})")), says("\"b\" stands twice"));
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  CHECK(refusal_of(start(many + "\"last\":0}")) == "accepted");
  CHECK_THAT(refusal_of(start(many + "\"k7\":0}")), says("\"k7\" stands twice"));
  CHECK(options_of(R"({"a":{"a":{"a":1}}})") == R"({"a":{"a":{"a":1}}})");
}

TEST_CASE("an envelope has 256 levels at most, and whatever fits can be exported", "[json]") {
  const auto envelope = [](std::size_t arrays) {
    return R"({"stream_id":"a","seq":0,"event":{"type":"X","ts":0,"n":)" + nested(arrays) + "}}";
  };
  const auto bare = [](std::size_t arrays) {
    return R"({"type":"X","ts":0,"n":)" + nested(arrays) + "}";
  };
  CHECK(refusal_of(envelope(254)) == "accepted");
  CHECK_THAT(refusal_of(envelope(255)), says("256 levels"));
  CHECK(refusal_of(bare(254)) == "accepted");
  CHECK_THAT(refusal_of(bare(255)), says("256 levels"));
  CHECK_THAT(refusal_of(bare(100000)), says("256 levels"));
  CHECK_THAT(refusal_of(std::string(1000000, '[')), says("JSON") || says("levels"));
  json::Parser parser;
  CHECK(parser.check_object("{\"a\":" + nested(253) + "}").ok());
  CHECK_FALSE(parser.check_object("{\"a\":" + nested(254) + "}").ok());
  CHECK(parser.parse_array(listed(envelope(254))).ok());
  CHECK_FALSE(parser.parse_array(listed(envelope(255))).ok());
}

TEST_CASE("a missing or wrong member is named", "[json]") {
  CHECK_THAT(refusal_of(R"({"ts":1,"event":1})"), says("\"stream_id\" of the envelope is missing"));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","event":{}})"), says("\"seq\" of the envelope"));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":0})"), says("\"event\" of the envelope"));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":0,"event":[]})"),
             says("an object, not an array"));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":-1,"event":{}})"), says("\"seq\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":1.0,"event":{}})"), says("\"seq\""));
  CHECK_THAT(refusal_of(R"({"stream_id":7,"seq":1,"event":{}})"), says("\"stream_id\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":1,"namespace":null,"event":{}})"),
             says("\"namespace\""));
  CHECK_THAT(refusal_of(R"({"stream_id":"a","seq":0,"event":{}})"), says("\"type\" of the event"));
  CHECK_THAT(refusal_of(R"({"type":"TOKEN","value":"x","index":0})"),
             says("\"ts\" of a TOKEN event is missing"));
  CHECK_THAT(refusal_of(R"({"type":"TOKEN","ts":"0","value":"x","index":0})"), says("\"ts\""));
  CHECK_THAT(refusal_of(R"({"type":"TOKEN","ts":0,"value":null,"index":0})"),
             says("a string, not null"));
  const std::pair<const char*, const char*> kCases[] = {
      {R"("START","options":[])", "options"},
      {R"("TOKEN","index":0)", "value"},
      {R"("TOKEN","value":"")", "index"},
      {R"("TOKEN","value":"","index":1.0)", "index"},
      {R"("TOKEN","value":"","index":0,"channel":1)", "channel"},
      {R"("TOKEN","value":"","index":0,"call":"1")", "call"},
      {R"("CHECKPOINT","content":"")", "at"},
      {R"("CHECKPOINT","at":0)", "content"},
      {R"("GUARDRAIL","at":"0")", "at"},
      {R"("GUARDRAIL","result":1)", "result"},
      {R"("GUARDRAIL","check_type":1)", "check_type"},
      {R"("DRIFT","result":"")", "result"},
      {R"("RETRY","attempt":1)", "reason"},
      {R"("RETRY","reason":"")", "attempt"},
      {R"("RETRY","reason":"","attempt":1,"counts_toward_limit":1)", "counts_toward_limit"},
      {R"("RETRY","reason":"","attempt":1,"delay":"1")", "delay"},
      {R"("FALLBACK","from":1)", "to"},
      {R"("FALLBACK","to":1,"from":true)", "from"},
      {R"("FALLBACK","to":1,"reason":1)", "reason"},
      {R"("CONTINUATION","at":1)", "checkpoint"},
      {R"("CONTINUATION","checkpoint":"")", "at"},
      {R"("COMPLETE","content":"")", "token_count"},
      {R"("COMPLETE","token_count":1)", "content"},
      {R"("ERROR","error":"boom")", "error"},
      {R"("ERROR","failure_type":1)", "failure_type"},
      {R"("ERROR","recovery_strategy":1)", "recovery_strategy"},
      {R"("ERROR","policy":1)", "policy"},
  };
  for (const auto& [members, name] : kCases) {
    INFO(members);
    CHECK_THAT(refusal_of(std::string(R"({"ts":0,"type":)").append(members).append("}")),
               says(name) && says("\" of a"));
  }
}

TEST_CASE("ids are 1 to 4096 bytes of anything", "[json]") {
  const auto with_id = [](const std::string& id) {
    return R"({"stream_id":")" + id + R"(","seq":0,"event":{"type":"X","ts":0}})";
  };
  CHECK_THAT(refusal_of(with_id("")), says("must not be empty"));
  CHECK(refusal_of(with_id(std::string(kStreamIdBytesMax, 'x'))) == "accepted");
  CHECK_THAT(refusal_of(with_id(std::string(kStreamIdBytesMax + 1, 'x'))), says("4097 bytes"));
  json::Parser parser;
  CHECK(parser.parse_line(with_id(R"(..\/..\/x\u0000)"))->stream_id == std::string("../../x\0", 8));
}
