// Does every event come back as it was given?
#include <cstdint>
#include <limits>

#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// Every check here: these events, in a new store.
void round_trip(const MakeStore& make, const std::vector<EventBody>& bodies) {
  std::vector<Event> events;
  for (const EventBody& body : bodies) events.push_back(event_at(1705619139921.994, body));
  expect_round_trip(*make(), "s", events);
}

void starts(const MakeStore& make) {
  round_trip(make, {Start{}, Start{"{}"}, Start{R"({"model":"gpt-4","temperature":0.70})"},
                    Start{R"({"z":1,"a":[null,true,{"b":18446744073709551615}],"n":-0.0e0})"}});
}
void tokens(const MakeStore& make) {
  round_trip(make, {Token{"Hello", 0}, Token{"", 1}, Token{"thought", 0, "reasoning"},
                    Token{"{\"a\":", 0, "tool_call", 0}, Token{"1}", 1, "tool_call", 7},
                    Token{"gap", 100}, Token{"back", -3}});
}
void texts_with_a_count(const MakeStore& make) {
  round_trip(make, {Checkpoint{"Hello", 1}, Checkpoint{}, Continuation{"Hello", 1}, Continuation{},
                    Complete{"Hello world", 2}, Complete{}});
}
void results(const MakeStore& make) {
  round_trip(make,
             {Guardrail{}, Guardrail{R"({"violations":[{"rule":"r"}],"passed":false})", 3},
              Guardrail{R"({"any":1})", {}, "content"}, Guardrail{"{}", 0, ""}, Drift{},
              Drift{R"({"detected":true,"types":["tone"],"confidence":0.5})", 9}, Drift{"{}", 0}});
}
void retries_and_fallbacks(const MakeStore& make) {
  round_trip(make, {Retry{"rate_limit", 1}, Retry{"network", 2, false, "1000"},
                    Retry{"", 3, true, "1.50e3"}, Fallback{1}, Fallback{2, 0, "max_retries"},
                    Fallback{0, {}, ""}});
}
void errors(const MakeStore& make) {
  round_trip(make, {ErrorEvent{}, ErrorEvent{R"({"name":"E","message":"m","code":null})"},
                    ErrorEvent{R"({"name":"E","message":"m"})", "timeout", "retry", "p"},
                    ErrorEvent{"{}", "", {}, ""}});
}

void unknown_types(const MakeStore& make) {
  Event event = event_at(5, Opaque{"SPEECH"});
  event.extra = R"("pitch":440.0,"tags":["a",{"b":null}])";
  Event bare = event_at(6, Opaque{"start"});
  expect_round_trip(*make(), "s", {event, bare});
}
void unknown_members(const MakeStore& make) {
  std::vector<Event> events = {token(0), event_at(1, Start{"{}"}), event_at(2, Complete{"x", 1})};
  for (Event& event : events) {
    event.extra = R"("x_trace":"t-1","x_n":9007199254740993)";
    event.envelope_extra = R"("shard":7)";
  }
  expect_round_trip(*make(), "s", events);
}

void any_text(const MakeStore& make) {
  const std::string nul("a\0b", 3);
  round_trip(make, {Token{nul, 0}, Token{"\"quotes\" \\ / \b\f\n\r\t\x01\x7f", 1},
                    Token{"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBD \xE2\x80\xA8", 2},
                    Token{" leading and trailing ", 3}, Complete{nul + "\n" + nul, 4},
                    Retry{nul, 1, {}, {}}, Token{"x", 0, nul}});
}
void any_stamp(const MakeStore& make) {
  std::vector<Event> events;
  for (const double ts_ms : {0.0, -0.0, 0.1, 1705619139921.994, 1705619139921.9941, -12345.678,
                             5e-324, 1e-300, 9007199254740993.0, 1e300}) {
    events.push_back(event_at(ts_ms, Token{"t", 0}));
  }
  expect_round_trip(*make(), "s", events);
}
void any_integer(const MakeStore& make) {
  std::vector<EventBody> bodies;
  for (const std::int64_t n : {kMin, kMax, std::int64_t{-1}, std::int64_t{1} << 31,
                               std::int64_t{-1} << 31, std::int64_t{1} << 53}) {
    bodies.insert(bodies.end(),
                  {Token{"t", n, "c", n}, Checkpoint{"c", n}, Guardrail{"{}", n}, Drift{"{}", n},
                   Retry{"r", n}, Fallback{n, n}, Continuation{"c", n}, Complete{"c", n}});
  }
  round_trip(make, bodies);
}
void one_mebibyte(const MakeStore& make) {
  std::string text;
  for (std::size_t i = 0; text.size() < std::size_t{1} << 20; ++i) text += std::to_string(i) + ' ';
  round_trip(make, {Token{"before", 0}, Token{text, 1}, Start{"{\"prompt\":\"" + text + "\"}"},
                    Token{"after", 2}});
}

}  // namespace

void add_event_checks(Checks& checks) {
  checks.push_back(check("START comes back with any options", starts));
  checks.push_back(check("TOKEN comes back with channel and call", tokens));
  checks.push_back(check("CHECKPOINT, CONTINUATION and COMPLETE come back", texts_with_a_count));
  checks.push_back(check("GUARDRAIL and DRIFT come back, absent fields absent", results));
  checks.push_back(check("RETRY and FALLBACK come back", retries_and_fallbacks));
  checks.push_back(check("ERROR comes back", errors));
  checks.push_back(check("an event of unknown type keeps its name and members", unknown_types));
  checks.push_back(check("unknown members of event and envelope are kept", unknown_members));
  checks.push_back(check("text comes back byte for byte", any_text));
  checks.push_back(check("stamps come back bit for bit", any_stamp));
  checks.push_back(check("integers come back up to their limits", any_integer));
  checks.push_back(check("an event of 1 MiB comes back", one_mebibyte));
}

}  // namespace reel::conformance
