// Events with the names that L0's TypeScript package gives their members.
#include "support/catch.hpp"
#include "support/parsing.hpp"

using namespace reel;
using namespace reel::test;

namespace {

// An event of the TypeScript package inside its envelope.
Event enveloped(const std::string& event) {
  return event_of(R"({"streamId":"s","seq":0,"event":)" + event + "}");
}

Event in_array(const std::string& event) {
  json::Parser parser;
  auto parsed = parser.parse_array("[" + event + "]");
  INFO(parsed.status().to_string());
  REQUIRE(parsed.ok());
  return std::move(parsed->front().event);
}

}  // namespace

TEST_CASE("an envelope that says streamId is one of the TypeScript package", "[json]") {
  json::Parser parser;
  const auto line = parser.parse_line(
      R"({"streamId":"chat-7","seq":3,"event":{"type":"COMPLETE","ts":1705619139921,)"
      R"("content":"a","tokenCount":2},"more":1})");
  INFO(line.status().to_string());
  REQUIRE(line.ok());
  CHECK(line->stream_id == "chat-7");
  CHECK(line->seq == 3u);
  CHECK(std::get<Complete>(line->event.body).token_count == 2);
  CHECK(line->event.extra.empty());
  CHECK(line->event.envelope_extra == R"("more":1)");
}

TEST_CASE("members have their camelCase names in arrays and such envelopes", "[json]") {
  const auto read = GENERATE(&enveloped, &in_array);
  const auto retry = std::get<Retry>(
      read(R"({"type":"RETRY","ts":1,"reason":"r","attempt":1,"countsTowardLimit":false})").body);
  CHECK(retry.counts_toward_limit == false);
  CHECK(std::get<Complete>(read(R"({"type":"COMPLETE","ts":1,"content":"","tokenCount":2})").body)
            .token_count == 2);
  const auto fallback = std::get<Fallback>(
      read(R"({"type":"FALLBACK","ts":1,"fromIndex":1,"toIndex":2,"reason":"r"})").body);
  CHECK(fallback.from == 1);
  CHECK(fallback.to == 2);
  const auto plain = std::get<Fallback>(read(R"({"type":"FALLBACK","ts":1,"from":1,"to":2})").body);
  CHECK(plain.from == 1);
  CHECK(plain.to == 2);
  CHECK(std::get<Guardrail>(
            read(R"({"type":"GUARDRAIL","ts":1,"at":4,"result":{},"checkType":"full"})").body)
            .check_type == "full");
  const auto error = std::get<ErrorEvent>(
      read(
          R"({"type":"ERROR","ts":1,"error":{},"failureType":"f","recoveryStrategy":"r","policy":"p"})")
          .body);
  CHECK(error.failure_type == "f");
  CHECK(error.recovery_strategy == "r");
  CHECK(error.policy == "p");
}

TEST_CASE("free-form objects keep their names, and unknown members theirs", "[json]") {
  const char* options = R"({"checkIntervals":{"guardrails":5},"detectDrift":true,"tokenCount":1})";
  const char* result = R"({"violations":[],"shouldRetry":false,"shouldHalt":true})";
  CHECK(std::get<Start>(enveloped(start(options)).body).options == options);
  const Event guardrail = enveloped(std::string(R"({"type":"GUARDRAIL","ts":1,"result":)") +
                                    result + R"(,"tokenCount":7,"someThing":[1]})");
  CHECK(std::get<Guardrail>(guardrail.body).result == result);
  CHECK(guardrail.extra == R"("tokenCount":7,"someThing":[1])");
}

TEST_CASE("where both names stand the snake_case one counts", "[json]") {
  const Event event =
      in_array(R"({"type":"COMPLETE","ts":1,"content":"","tokenCount":2,"token_count":3})");
  CHECK(std::get<Complete>(event.body).token_count == 3);
  CHECK(event.extra == R"("tokenCount":2)");
}

TEST_CASE("elsewhere a camelCase name is an unknown member like any other", "[json]") {
  const Event bare = event_of(
      R"({"type":"RETRY","ts":1,"reason":"r","attempt":1,"countsTowardLimit":false,"streamId":"s"})");
  CHECK_FALSE(std::get<Retry>(bare.body).counts_toward_limit);
  CHECK(bare.extra == R"("countsTowardLimit":false,"streamId":"s")");
  const Event enveloped_event = event_of(
      R"({"stream_id":"s","streamId":"t","seq":0,"event":{"type":"FALLBACK","ts":1,"to":1,"fromIndex":2}})");
  CHECK_FALSE(std::get<Fallback>(enveloped_event.body).from);
  CHECK(enveloped_event.extra == R"("fromIndex":2)");
  CHECK(enveloped_event.envelope_extra == R"("streamId":"t")");
  CHECK_THAT(refusal_of(R"({"type":"COMPLETE","ts":1,"content":"","tokenCount":2})"),
             says("\"token_count\""));
}
