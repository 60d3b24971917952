// Cohere chat, both versions.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("cohere, both versions", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"type":"message-start","id":"k","delta":{"message":{"role":"assistant"}}})",
       R"({"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will"}}})",
       R"({"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t","type":"function","function":{"name":"f","arguments":""}}}}})",
       R"({"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}})",
       R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}})",
       R"({"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0}}}})",
       R"({"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"t":1}}})"}));
  CHECK(got.dialect == "cohere");
  CHECK(got.channel("reasoning") == Strings{"I will"});
  CHECK(got.tools() == Strings{R"(0||"tool":{"id":"t","name":"f","type":"function"})", "0|{}|"});
  CHECK(got.notes().size() == 1);
  CHECK(got.last<Complete>()->extra == R"("finish_reason":"COMPLETE","usage":{"t":1})");
  const Collected first =
      collect(R"({"event_type":"stream-start","is_finished":false,"generation_id":"g"})"
              "\n"
              R"({"event_type":"text-generation","is_finished":false,"text":"Hi"})"
              "\n"
              R"({"event_type":"stream-end","is_finished":true,"finish_reason":"COMPLETE"})"
              "\n");
  CHECK(first.response_id == "g");
  CHECK(first.complete().content == "Hi");
}

}  // namespace
}  // namespace reel::test
