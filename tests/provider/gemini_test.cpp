// Gemini's three interfaces: generateContent, interactions, live.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("gemini", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hi"}],"role":"model"},"index":0}],"usageMetadata":{"n":1},"modelVersion":"g","responseId":"r","createTime":"2026-05-04T20:01:02.264968Z"})",
       R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a": 1}},"thoughtSignature":"s"}]}}]})",
       R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"g","willContinue":true}}]}}]})",
       R"({"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.x","stringValue":"v"}],"willContinue":true}}]}}]})",
       R"({"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}],"usageMetadata":{"n":2}})"}));
  CHECK(got.dialect == "gemini");
  CHECK(got.channel("reasoning") == Strings{"hm"});
  CHECK(got.text() == Strings{"Hi"});
  CHECK(got.tools() == Strings{R"(0|{"a":1}|"tool":{"name":"f"})", R"(1||"tool":{"name":"g"})",
                               R"(1|[{"jsonPath":"$.x","stringValue":"v"}]|)"});
  CHECK(got.notes() == Strings{R"("name":"part","data":{"thoughtSignature":"s"})"});
  CHECK(got.last<Complete>()->extra == R"("finish_reason":"STOP","usage":{"n":2})");
  CHECK(got.last<Complete>()->ts_ms == Approx(1777924862264.968).epsilon(1e-15));
}

TEST_CASE("gemini interactions and live", "[provider][dialects]") {
  const Collected got = collect(
      R"({"interaction":{"id":"i","model":"g"},"event_type":"interaction.created"})"
      "\n"
      R"({"index":1,"step":{"type":"function_call","id":"k","name":"f","arguments":{}},"event_type":"step.start"})"
      "\n"
      R"({"index":1,"delta":{"arguments":"{}","type":"arguments_delta"},"event_type":"step.delta"})"
      "\n"
      R"({"index":2,"delta":{"text":"Hi","type":"text"},"event_type":"step.delta"})"
      "\n"
      R"({"interaction":{"id":"i","status":"completed","usage":{"n":1}},"event_type":"interaction.completed"})"
      "\n");
  CHECK(got.dialect == "gemini-interactions");
  CHECK(got.tools() ==
        Strings{R"(0||"tool":{"id":"k","name":"f","type":"function_call"})", "0|{}|"});
  CHECK(got.complete().content == "Hi");
  CHECK(got.last<Complete>()->extra == R"("finish_reason":"completed","usage":{"n":1})");

  const Collected live = collect(
      R"({"setupComplete":{}})"
      "\n"
      R"({"serverContent":{"inputTranscription":{"text":"a"},"outputTranscription":{"text":"b"}}})"
      "\n"
      R"({"serverContent":{"turnComplete":true}})"
      "\n");
  CHECK(live.dialect == "gemini-live");
  CHECK(live.channel("input_transcript") == Strings{"a"});
  CHECK(live.complete().content == "b");
}

}  // namespace
}  // namespace reel::test
