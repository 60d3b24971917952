// OpenAI chat completions, and the many servers that speak them.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("openai chat: text, usage after the reason, [DONE]", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"id":"c1","model":"m","created":5,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})",
       R"({"id":"c1","choices":[{"index":0,"delta":{"content":"He"}}]})",
       R"({"id":"c1","choices":[{"index":0,"delta":{"content":"y"}}]})",
       R"({"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})",
       R"({"id":"c1","choices":[],"usage":{"total_tokens":3,"cost":0.00005952}})", "[DONE]"}));
  CHECK(got.status.ok());
  CHECK(got.dialect == "openai-chat");
  CHECK(got.response_id == "c1");
  CHECK(got.options() == R"({"provider":"openai-chat","id":"c1","model":"m"})");
  CHECK(got.text() == Strings{"He", "y"});
  CHECK(got.complete().content == "Hey");
  CHECK(got.complete().token_count == 2);
  CHECK(got.last<Complete>()->extra ==
        R"("finish_reason":"stop","usage":{"total_tokens":3,"cost":0.00005952})");
  REQUIRE(got.events.size() == 4);
  CHECK(got.events[0].second.type() == EventType::start);
  for (const auto& entry : got.events) CHECK(entry.second.ts_ms == 5000);
}

TEST_CASE("openai chat: choices are streams of their own", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"id":"c","choices":[{"index":0,"delta":{"content":"a"}},{"index":2,"delta":{"content":"x"}}]})",
       R"({"id":"c","choices":[{"index":2,"delta":{"content":"y"},"finish_reason":"length"}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]})"}));
  CHECK(got.text(0) == Strings{"a", "b"});
  CHECK(got.text(2) == Strings{"x", "y"});
  CHECK(got.complete(2).content == "xy");
  CHECK(got.last<Complete>(2)->extra == R"("finish_reason":"length")");
  CHECK(got.count<Start>() == 2);
  CHECK(got.last<Start>(1) == nullptr);
}

TEST_CASE("openai chat: reasoning, refusal, tool calls", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"hm","reasoning":"hm"}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"reasoning":"so"}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"refusal":"no"}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"i0","type":"function","function":{"name":"f","arguments":""}}]}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"i1","function":{"name":"g","arguments":"{}"}},{"index":0,"function":{"arguments":"1}"}}]}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})", "[DONE]"}));
  CHECK(got.channel("reasoning") == Strings{"hm", "so"});
  CHECK(got.channel("refusal") == Strings{"no"});
  CHECK(got.tools() == Strings{R"(0||"tool":{"id":"i0","name":"f","type":"function"})",
                               R"(0|{"a":|)", R"(1|{}|"tool":{"id":"i1","name":"g"})", "0|1}|"});
  CHECK(got.complete().content.empty());
  CHECK(got.complete().token_count == 0);
}

TEST_CASE("openai chat: calls that all have index 0 are told apart by id", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"id":"c","choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]})",
       R"({"id":"c","choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{"}}]}}]})",
       R"({"id":"c","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]})"}));
  CHECK(got.tools() == Strings{R"(0|{}|"tool":{"id":"a","name":"f"})",
                               R"(1|{|"tool":{"id":"b","name":"f"})", "1|}|"});
}

TEST_CASE("openai chat: parts, legacy text, functions, details", "[provider][dialects]") {
  CHECK(collect(sse({R"({"choices":[{"index":0,"text":"a","logprobs":null}]})"})).text() ==
        Strings{"a"});
  const Collected parts = collect(sse(
      {R"({"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"x"}]}}]})",
       R"({"choices":[{"delta":{"function_call":{"name":"f","arguments":""}}}]})",
       R"({"choices":[{"delta":{"function_call":{"arguments":"{}"}}}]})",
       R"({"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":"d"}]}}]})"}));
  CHECK(parts.text() == Strings{"x"});
  CHECK(parts.channel("reasoning") == Strings{"t", "d"});
  CHECK(parts.tools() == Strings{R"(0||"tool":{"name":"f"})", "0|{}|"});
}

TEST_CASE("openai chat: what is not understood is kept, once", "[provider][dialects]") {
  const Collected got = collect(
      sse({R"({"id":"c","new":{"x": [1.0]},"choices":[{"delta":{"content":"a","audio":"AA"}}]})",
           R"({"id":"c","new":{"x":[1.0]},"choices":[{"delta":{"content":"b","audio":"AB"}}]})"}));
  CHECK(got.notes() == Strings{R"("name":"delta","data":{"audio":"AA"})",
                               R"("name":"chunk","data":{"new":{"x":[1.0]}})",
                               R"("name":"delta","data":{"audio":"AB"})"});
}

TEST_CASE("openai chat: errors in mid-stream", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"id":"c","choices":[{"delta":{"content":"a"}}]})",
       R"({"error":{"type":"server_error","code":500,"message":"no \"luck\"","x":1}})", "[DONE]"}));
  REQUIRE(got.last<ErrorEvent>() != nullptr);
  CHECK(std::get<ErrorEvent>(got.last<ErrorEvent>()->body).error ==
        R"({"name":"server_error","message":"no \"luck\"","code":500,"metadata":{"error":)"
        R"({"type":"server_error","code":500,"message":"no \"luck\"","x":1}}})");
  CHECK(got.last<Complete>() == nullptr);
  CHECK(got.text() == Strings{"a"});

  const Collected of_choice = collect(sse(
      {R"({"choices":[{"delta":{"content":"a"},"finish_reason":"error","error":{"code":502,"message":"x"}}]})",
       "[DONE]"}));
  CHECK(of_choice.count<ErrorEvent>() == 1);
  CHECK(of_choice.count<Complete>() == 0);
}

TEST_CASE("openai chat: the next turn of a recording is another response", "[provider][dialects]") {
  const Collected got = collect(
      sse({R"({"id":"c1","choices":[{"delta":{"role":"assistant","content":"a"}}]})",
           R"({"id":"c1","choices":[{"delta":{"role":"assistant"},"finish_reason":"stop"}]})",
           R"({"id":"c2","choices":[{"delta":{"role":"assistant","content":"b"}}]})"}));
  CHECK(got.count<Start>() == 2);
  CHECK(got.count<Complete>() == 1);
  CHECK(got.complete().content == "a");
  CHECK(got.options() == R"({"provider":"openai-chat","id":"c2"})");
  CHECK(got.text() == Strings{"a", "b"});
}

}  // namespace
}  // namespace reel::test
