// OpenAI responses.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("openai responses", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"type":"response.created","response":{"id":"r1","model":"m","created_at":7,"usage":null,"error":null}})",
       R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"hm"})",
       R"({"type":"response.reasoning_summary_text.done","output_index":0,"summary_index":0,"text":"hm"})",
       R"({"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc","call_id":"k","name":"f","arguments":""}})",
       R"({"type":"response.function_call_arguments.delta","output_index":1,"delta":"{}"})",
       R"({"type":"response.function_call_arguments.done","output_index":1,"arguments":"{}"})",
       R"({"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","id":"fd","call_id":"l","name":"g","arguments":""}})",
       R"({"type":"response.function_call_arguments.done","output_index":2,"arguments":"[2]"})",
       R"({"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"Hi","logprobs":[{"token":"Hi","logprob":-0.5}]})",
       R"({"type":"response.output_text.done","output_index":3,"content_index":0,"text":"Hi"})",
       R"({"type":"response.output_text.done","output_index":3,"content_index":1,"text":"!"})",
       R"({"type":"response.refusal.delta","output_index":3,"content_index":2,"delta":"no"})",
       R"({"type":"response.brand_new","x":1})",
       R"({"type":"response.completed","response":{"id":"r1","status":"completed","usage":{"total_tokens":9}}})"}));
  CHECK(got.dialect == "openai-responses");
  CHECK(got.channel("reasoning") == Strings{"hm"});
  CHECK(got.channel("refusal") == Strings{"no"});
  CHECK(got.text() == Strings{"Hi", "!"});
  CHECK(got.tools() == Strings{R"(0||"tool":{"id":"k","name":"f","type":"function_call"})", "0|{}|",
                               R"(1||"tool":{"id":"l","name":"g","type":"function_call"})",
                               "1|[2]|"});
  CHECK(got.notes() ==
        Strings{R"("name":"response.brand_new","data":{"type":"response.brand_new","x":1})"});
  CHECK(got.complete().content == "Hi!");
  CHECK(got.last<Complete>()->extra ==
        R"("finish_reason":"completed","usage":{"total_tokens":9},"status":"completed")");
  CHECK(got.last<Complete>()->ts_ms == 7000);
}

TEST_CASE("openai responses: failed, incomplete, interrupted", "[provider][dialects]") {
  const std::string begin = R"({"type":"response.created","response":{"id":"r","model":"m"}})";
  const Collected failed = collect(sse(
      {begin,
       R"({"type":"response.failed","response":{"id":"r","error":{"code":"x","message":"y"}}})"}));
  CHECK(failed.count<ErrorEvent>() == 1);
  CHECK(failed.count<Complete>() == 0);
  const Collected incomplete = collect(sse(
      {begin,
       R"({"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}})"}));
  CHECK(incomplete.last<Complete>()->extra ==
        R"("finish_reason":"max_output_tokens","status":"incomplete")");
  const Collected cut = collect(sse({begin}));
  CHECK(cut.events.size() == 1);
  CHECK(cut.count<Start>() == 1);
}

TEST_CASE("openai responses: members that are missing are left out", "[provider][dialects]") {
  const std::string begin = R"({"type":"response.created","response":{"id":"r"}})";
  const Collected item =
      collect(sse({begin, R"({"type":"response.output_item.done","output_index":0})"}));
  CHECK(item.notes() == Strings{R"("name":"response.output_item.done")"});
  const Collected failed = collect(sse({begin, R"({"type":"response.failed"})"}));
  REQUIRE(failed.last<ErrorEvent>() != nullptr);
  CHECK(std::get<ErrorEvent>(failed.last<ErrorEvent>()->body).error ==
        R"({"name":"ProviderError","message":""})");
  const Collected again =
      collect(sse({begin, R"({"type":"response.failed"})", R"({"type":"response.failed"})"}));
  CHECK(again.count<ErrorEvent>() == 1);
  CHECK(again.notes() == Strings{R"("name":"error")"});
}

TEST_CASE("openai responses: the next turn is another response", "[provider][dialects]") {
  const std::string call =
      R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"k","name":"f"}})";
  const Collected responses = collect(
      sse({R"({"type":"response.created","response":{"id":"r1"}})", call,
           R"({"type":"response.completed","response":{"id":"r1","status":"completed"}})",
           R"({"type":"response.created","response":{"id":"r2"}})", call,
           R"({"type":"response.completed","response":{"id":"r2","status":"completed"}})"}));
  CHECK(responses.count<Start>() == 2);
  CHECK(responses.count<Complete>() == 2);
  CHECK(responses.tools() == Strings{R"(0||"tool":{"id":"k","name":"f","type":"function_call"})",
                                     R"(1||"tool":{"id":"k","name":"f","type":"function_call"})"});
}

}  // namespace
}  // namespace reel::test
