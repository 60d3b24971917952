#include <cmath>
#include <limits>

#include "event/frame.hpp"
#include "reel/state.hpp"
#include "support/catch.hpp"

namespace reel {
namespace {

State folded(const std::vector<Event>& events, FoldMode mode = FoldMode::l0) {
  State state;
  std::string parts;
  for (const Event& event : events) fold(state, event::view_of(event, parts), mode);
  return state;
}

Event at(double ts_ms, EventBody body) { return Event{ts_ms, std::move(body), {}, {}}; }
Event token(std::string value, std::int64_t index) {
  return at(1, Token{std::move(value), index, {}, {}});
}

TEST_CASE("tokens append, token_count is the last index plus one, whatever it is") {
  CHECK(folded({token("a", 0), token("b", 1)}).content == "ab");
  CHECK(folded({token("a", 7), token("b", 2)}).token_count == 3);
  CHECK(folded({token("a", -5)}).token_count == -4);
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  CHECK(folded({token("a", kMax)}).token_count == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("tokens of another channel are no content") {
  const State state =
      folded({token("a", 0), at(1, Token{"thinking", 9, "reasoning", {}}), token("b", 1)});
  CHECK(state.content == "ab");
  CHECK(state.token_count == 2);
}

TEST_CASE("a start sets the time and resets nothing, the last one wins") {
  const State state = folded({at(5, Start{}), token("a", 0), at(-3.25, Start{"{}"})});
  CHECK(state.start_ts == -3.25);
  CHECK(state.content == "a");
}

TEST_CASE("a continuation replaces content and count, not the checkpoint") {
  const State state = folded({token("abc", 2), at(1, Checkpoint{"abc", 3}), token("d", 3),
                              at(2, Continuation{"ab", 2}), token("X", 2)});
  CHECK(state.content == "abX");
  CHECK(state.token_count == 3);
  CHECK(state.checkpoint == "abc");
}

TEST_CASE("retries count apart: those that count and those of the network") {
  const State state = folded({at(1, Retry{"a", 1, {}, {}}), at(1, Retry{"b", 9, true, {}}),
                              at(1, Retry{"c", 1, false, "1000"})});
  CHECK(state.retry_attempts == 2);
  CHECK(state.network_retry_count == 1);
}

TEST_CASE("the last fallback wins and content stays") {
  const State state =
      folded({token("a", 0), at(1, Fallback{3, {}, {}}), at(1, Fallback{1, 3, "r"})});
  CHECK(state.fallback_index == 1);
  CHECK(state.content == "a");
}

TEST_CASE("violations add up, drift is sticky") {
  const State state = folded({at(1, Guardrail{R"({"violations":[{"a":1}],"passed":true})", 1, {}}),
                              at(1, Drift{R"({"detected":true})", 1}), at(1, Guardrail{"", {}, {}}),
                              at(1, Drift{R"({"detected":false})", 2}),
                              at(1, Guardrail{R"({"violations":[{"b":2},{"a":1}]})", 1, {}})});
  CHECK(state.violations == std::vector<std::string>{R"({"a":1})", R"({"b":2})", R"({"a":1})"});
  CHECK(state.drift_detected);
}

TEST_CASE("complete and error both end, each keeps what the other said") {
  const Event complete = at(7, Complete{"whole", 5});
  const Event error = at(9, ErrorEvent{R"({"name":"E","message":"m"})", {}, {}, {}});
  const State first = folded({complete, error});
  CHECK(first.completed);
  CHECK(first.end_ts == 9);
  REQUIRE(first.error);
  CHECK(first.error->name == "E");
  const State second = folded({error, complete, token("!", 5)});
  CHECK(second.completed);
  CHECK(second.end_ts == 7);
  CHECK(second.error);
  CHECK(second.content == "whole!");
  CHECK(second.token_count == 6);
}

TEST_CASE("gaps and unknown types change nothing") {
  const State state = folded({token("a", 0), at(3, Gap{4, "overflow"}), at(4, Opaque{"NEW"})});
  CHECK(state.content == "a");
  CHECK(state.token_count == 1);
  CHECK(state.start_ts == 0);
  CHECK(state.end_ts == 0);
}

TEST_CASE("attempts: a retry or a fallback opens a new one") {
  const std::vector<Event> events = {token("a", 0),
                                     token("b", 1),
                                     at(1, Retry{"r", 1, {}, {}}),
                                     token("abc", 0),
                                     at(1, Fallback{1, {}, {}}),
                                     token("x", 0)};
  CHECK(folded(events).content == "ababcx");
  CHECK(folded(events).attempts.empty());
  const State state = folded(events, FoldMode::attempts);
  CHECK(state.attempts == std::vector<std::string>{"ab", "abc"});
  CHECK(state.content == "x");
  CHECK(state.token_count == 1);
  CHECK(state.retry_attempts == 1);
  CHECK(state.fallback_index == 1);
}

}  // namespace
}  // namespace reel
