// Anthropic messages.
#include "support/catch.hpp"
#include "support/provider_collect.hpp"

namespace reel::test {
namespace {

TEST_CASE("anthropic", "[provider][dialects]") {
  const Collected got = collect(sse(
      {R"({"type":"message_start","message":{"id":"m1","model":"c","usage":{"input_tokens":4}}})",
       R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})",
       R"({"type":"ping"})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}})",
       R"({"type":"content_block_stop","index":0})",
       R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})",
       R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi"}})",
       R"({"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
       R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}})",
       R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
       R"({"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"a":1}},"usage":{"output_tokens":6}})",
       R"({"type":"message_stop"})"}));
  CHECK(got.dialect == "anthropic");
  CHECK(got.options() ==
        R"({"provider":"anthropic","id":"m1","model":"c","usage":{"input_tokens":4}})");
  CHECK(got.channel("reasoning") == Strings{"hm"});
  CHECK(got.text() == Strings{"Hi"});
  CHECK(got.tools() == Strings{R"(0||"tool":{"id":"t","name":"f","type":"tool_use"})", "0|{}|"});
  CHECK(got.notes().size() == 1);
  CHECK(got.last<Complete>()->extra ==
        R"("finish_reason":"refusal","usage":{"output_tokens":6},"stop_details":{"a":1})");
}

TEST_CASE("anthropic: overloaded, and a message that begins again", "[provider][dialects]") {
  const std::string start = R"({"type":"message_start","message":{"id":"m1","model":"c"}})";
  const Collected got =
      collect("event: message_start\ndata: " + start +
              "\n\nevent: error\ndata: "
              R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"
              "\n\n");
  CHECK(std::get<ErrorEvent>(got.last<ErrorEvent>()->body).error ==
        R"({"name":"overloaded_error","message":"Overloaded","metadata":{"error":)"
        R"({"type":"overloaded_error","message":"Overloaded"}}})");
  const Collected again = collect(
      sse({start, R"({"type":"message_start","message":{"id":"m2","model":"c"}})",
           R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}})",
           R"({"type":"message_stop"})"}));
  CHECK(again.count<Start>() == 2);
  CHECK(again.options() == R"({"provider":"anthropic","id":"m2","model":"c"})");
  CHECK(again.complete().content == "x");
}

}  // namespace
}  // namespace reel::test
