#include <limits>
#include <string>

#include "event/frame.hpp"
#include "reel/json.hpp"
#include "reel/options.hpp"
#include "support/catch.hpp"

using namespace reel;

namespace {

std::string text_of(const Event& event) {
  std::string parts, out;
  json::append_event(out, event::view_of(event, parts));
  return out;
}
std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}
std::string number(double value) {
  std::string out;
  json::append_number(out, value);
  return out;
}
Event event_with(EventBody body) {
  Event event;
  event.ts_ms = 1.5;
  event.body = std::move(body);
  return event;
}

}  // namespace

TEST_CASE("strings are escaped where JSON asks for it", "[json]") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("a\"b\\c/\b\f\n\r\t") == R"("a\"b\\c/\b\f\n\r\t")");
  CHECK(quoted(std::string_view("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
  CHECK(quoted("h\xC3\xA9 \xF0\x9F\x98\x80") == "\"h\xC3\xA9 \xF0\x9F\x98\x80\"");
}

TEST_CASE("text that is not UTF-8 comes out with U+FFFD", "[json]") {
  CHECK(quoted("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
  CHECK(quoted("\xF0\x9F\x98") == "\"\xEF\xBF\xBD\"");
  CHECK(quoted("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("doubles are written shortest, and as doubles", "[json]") {
  CHECK(number(1705619139899) == "1705619139899.0");
  CHECK(number(1705619139921.994) == "1705619139921.994");
  CHECK(number(0) == "0.0");
  CHECK(number(-0.0) == "-0.0");
  CHECK(number(0.1) == "0.1");
  CHECK(number(1e300) == "1e+300");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("an Event is written as its view is", "[json]") {
  Event event = event_with(Guardrail{R"({"violations":[]})", 3, "content"});
  event.extra = R"("new":1.10)";
  std::string out = "before ";
  json::append_event(out, event);
  CHECK(out == "before " + text_of(event));
}

TEST_CASE("members stand in the format's order", "[json]") {
  CHECK(text_of(event_with(Start{R"({"z":1,"a":1.10})"})) ==
        R"({"type":"START","ts":1.5,"options":{"z":1,"a":1.10}})");
  CHECK(text_of(event_with(Start{})) == R"({"type":"START","ts":1.5})");
  CHECK(text_of(event_with(Token{"x", 3, "tool_call", 1})) ==
        R"({"type":"TOKEN","ts":1.5,"value":"x","index":3,"channel":"tool_call","call":1})");
  CHECK(text_of(event_with(Checkpoint{"c", 2})) ==
        R"({"type":"CHECKPOINT","ts":1.5,"at":2,"content":"c"})");
  CHECK(text_of(event_with(Guardrail{"{}", 1, "json"})) ==
        R"({"type":"GUARDRAIL","ts":1.5,"at":1,"result":{},"check_type":"json"})");
  CHECK(text_of(event_with(Drift{"{}", std::nullopt})) ==
        R"({"type":"DRIFT","ts":1.5,"result":{}})");
  CHECK(
      text_of(event_with(Retry{"r", 1, false, "1.10"})) ==
      R"({"type":"RETRY","ts":1.5,"reason":"r","attempt":1,"counts_toward_limit":false,"delay":1.10})");
  CHECK(text_of(event_with(Fallback{1, 0, "r"})) ==
        R"({"type":"FALLBACK","ts":1.5,"to":1,"from":0,"reason":"r"})");
  CHECK(text_of(event_with(Continuation{"c", 4})) ==
        R"({"type":"CONTINUATION","ts":1.5,"checkpoint":"c","at":4})");
  CHECK(text_of(event_with(Complete{"c", 4})) ==
        R"({"type":"COMPLETE","ts":1.5,"content":"c","token_count":4})");
  CHECK(
      text_of(event_with(ErrorEvent{R"({"name":"E"})", "f", "r", "p"})) ==
      R"({"type":"ERROR","ts":1.5,"error":{"name":"E"},"failure_type":"f","recovery_strategy":"r","policy":"p"})");
  Event event = event_with(Opaque{"NEW\n"});
  event.extra = R"("a":1,"b":[2])";
  CHECK(text_of(event) == R"({"type":"NEW\n","ts":1.5,"a":1,"b":[2]})");
}

TEST_CASE("an envelope names its namespace unless it is the default", "[json]") {
  Event event = event_with(Opaque{"X"});
  event.envelope_extra = R"("via":"gw")";
  std::string parts, out;
  const EventView view = event::view_of(event, parts);
  REQUIRE(json::append_envelope(out, {"a\"", UINT64_MAX, view}));
  CHECK(
      out ==
      R"({"stream_id":"a\"","seq":18446744073709551615,"event":{"type":"X","ts":1.5},"via":"gw"})");
  out.clear();
  REQUIRE(json::append_envelope(out, {"a", 0, view}, "tenant"));
  CHECK(
      out ==
      R"({"stream_id":"a","namespace":"tenant","seq":0,"event":{"type":"X","ts":1.5},"via":"gw"})");
}

TEST_CASE("a gap is not exported", "[json]") {
  std::string parts, out = "before";
  const Event gap = event_with(Gap{3, "import"});
  CHECK_FALSE(json::append_envelope(out, {"a", 0, event::view_of(gap, parts)}));
  CHECK(out == "before");
}

TEST_CASE("a state shows all its fields", "[json]") {
  State state;
  std::string out;
  json::append_state(out, state);
  CHECK(out ==
        R"({"content":"","token_count":0,"checkpoint":"","violations":[],"drift_detected":false,)"
        R"("retry_attempts":0,"network_retry_count":0,"fallback_index":0,"completed":false,)"
        R"("error":null,"start_ts":0.0,"end_ts":0.0})");
  state.violations = {R"({"rule":"a"})", R"({"rule":"b"})"};
  state.error = SerializedError{"E", "m", std::nullopt, "at x", R"({"k":1})"};
  state.attempts = {"first", "second"};
  out.clear();
  json::append_state(out, state);
  CHECK(out.find(R"("violations":[{"rule":"a"},{"rule":"b"}])") != std::string::npos);
  CHECK(
      out.find(
          R"("error":{"name":"E","message":"m","code":null,"stack":"at x","metadata":{"k":1}})") !=
      std::string::npos);
  CHECK(out.find(R"("attempts":["first","second"]})") != std::string::npos);
}

TEST_CASE("metadata show what is known without a replay", "[json]") {
  StreamMetadata metadata;
  metadata.stream_id = "a";
  metadata.name_space = GENERATE(as<std::string>(), kDefaultNamespace, "");
  metadata.event_count = UINT64_MAX;
  metadata.token_count = -1;
  metadata.start_ts = 1.5;
  std::string out;
  json::append_metadata(out, metadata);
  CHECK(out ==
        R"({"stream_id":"a","event_count":18446744073709551615,"token_count":-1,"start_ts":1.5,)"
        R"("end_ts":0.0,"completed":false,"has_error":false,"options":null,)"
        R"("status":"interrupted","gaps":0,"durable_seq":null})");
  metadata.name_space = "tenant";
  metadata.options = R"({"z":1,"a":1.0})";
  metadata.status = StreamStatus::completed;
  metadata.gaps = 2;
  metadata.durable_seq = 0;
  out.clear();
  json::append_metadata(out, metadata);
  CHECK(out.find(R"({"stream_id":"a","namespace":"tenant",)") == 0);
  CHECK(out.find(R"("options":{"z":1,"a":1.0},"status":"completed","gaps":2,"durable_seq":0})") !=
        std::string::npos);
  metadata.options = "";  // a START without options
  out.clear();
  json::append_metadata(out, metadata);
  CHECK(out.find(R"("options":{})") != std::string::npos);
}
