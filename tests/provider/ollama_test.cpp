// Ollama's own interface.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("ollama: every token has its own time", "[provider][dialects]") {
  const Collected got = collect(
      R"({"model":"l","created_at":"1970-01-01T00:00:01.5Z","message":{"role":"assistant","content":"a"},"done":false})"
      "\n"
      R"({"model":"l","created_at":"1970-01-01T01:00:02.25+01:00","message":{"content":"","thinking":"t","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},"done":false})"
      "\n"
      R"({"model":"l","created_at":"1970-01-01T00:00:03Z","message":{"content":""},"done":true,"done_reason":"stop","eval_count":4,"context":[1,2]})"
      "\n");
  CHECK(got.dialect == "ollama");
  CHECK(got.text() == Strings{"a"});
  CHECK(got.channel("reasoning") == Strings{"t"});
  CHECK(got.tools() == Strings{R"(0|{"x":1}|"tool":{"name":"f"})"});
  CHECK(got.events[1].second.ts_ms == 1500);
  CHECK(got.events[2].second.ts_ms == 2250);
  CHECK(got.last<Complete>()->ts_ms == 3000);
  CHECK(got.last<Complete>()->extra ==
        R"("finish_reason":"stop","usage":{"eval_count":4},"context":[1,2])");
  const Collected generate = collect(R"({"model":"l","created_at":"x","response":"a","done":false})"
                                     "\n"
                                     R"({"error":"gone"})"
                                     "\n");
  CHECK(generate.text() == Strings{"a"});
  CHECK(generate.count<ErrorEvent>() == 1);
}

}  // namespace
}  // namespace reel::test
