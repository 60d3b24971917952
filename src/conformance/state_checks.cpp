// What a stream's events add up to: metadata and states.
#include "conformance/suite.hpp"

namespace reel::conformance {
namespace {

// Every type once, and what its rules are about.
std::vector<Event> a_life() {
  return {event_at(1000.5, Start{R"({"model":"m","seed":7})"}),
          event_at(1001, Token{"Hello", 0}),
          event_at(1002, Token{"hidden thought", 8, "reasoning"}),
          event_at(1003, Checkpoint{"Hello", 1}),
          event_at(1004, Guardrail{R"({"violations":[{"rule":"a"},{"rule":"b"}]})", 1}),
          event_at(1005, Drift{R"({"detected":true})", 1}),
          event_at(1006, Retry{"network", 1, false}),
          event_at(1007, Retry{"bad", 2}),
          event_at(1008, Fallback{2, 0, "max_retries"}),
          event_at(1009, Continuation{"Hel", 1}),
          event_at(1010, Token{"lo!", 1}),
          event_at(1011, Opaque{"SPEECH"}),
          event_at(1012, ErrorEvent{R"({"name":"E","message":"m","code":"c"})"}),
          event_at(1013, Complete{"Hello, world", 3}),
          event_at(1014, Token{"!", 3})};
}

void add_life(EventStore& store, std::string_view id) {
  for (const Event& event : a_life()) add(store, id, event);
}

void metadata_rules(const MakeStore& make) {
  const Store store = make();
  add_life(*store, "s");
  const StreamMetadata found = present(store->metadata("s"), "metadata");
  expect_equal(found.stream_id, std::string("s"), "metadata's stream_id");
  expect_equal(found.event_count, std::uint64_t{15}, "event_count");
  expect_equal(found.token_count, std::int64_t{4}, "token_count");
  expect_equal(found.start_ts, 1000.5, "start_ts");
  expect_equal(found.end_ts, 1013.0, "end_ts");
  expect_equal(found.completed, true, "completed");
  expect_equal(found.has_error, true, "has_error");
  expect_equal(found.options, std::optional<std::string>(R"({"model":"m","seed":7})"), "options");
  expect_equal(found.next_seq, std::uint64_t{15}, "next_seq");
}

void metadata_of_few(const MakeStore& make) {
  const Store store = make();
  add(*store, "s", event_at(5, Token{"a", 9}));
  const StreamMetadata found = present(store->metadata("s"), "metadata");
  expect_equal(found.token_count, std::int64_t{10}, "token_count");
  expect_equal(found.start_ts, 0.0, "start_ts without START");
  expect_equal(found.end_ts, 0.0, "end_ts without an end");
  expect_equal(found.completed, false, "completed");
  expect_equal(found.has_error, false, "has_error");
  expect_equal(found.options, std::optional<std::string>(), "options without START");
}

void metadata_takes_the_last(const MakeStore& make) {
  const Store store = make();
  add(*store, "s", event_at(1, Start{R"({"model":"first"})"}));
  add(*store, "s", event_at(2, Complete{"x", 5}));
  add(*store, "s", event_at(3, Start{R"({"model":"second"})"}));
  add(*store, "s", event_at(4, ErrorEvent{R"({"name":"E","message":""})"}));
  add(*store, "s", event_at(5, Continuation{"x", 2}));
  const StreamMetadata found = present(store->metadata("s"), "metadata");
  expect_equal(found.options, std::optional<std::string>(R"({"model":"second"})"), "options");
  expect_equal(found.start_ts, 3.0, "start_ts");
  expect_equal(found.end_ts, 4.0, "end_ts");
  expect_equal(found.token_count, std::int64_t{5}, "token_count");
}

void whole_state(const MakeStore& make) {
  const Store store = make();
  add_life(*store, "s");
  const State state = got(store->fold("s"), "fold");
  expect_equal(state.content, std::string("Hello, world!"), "content");
  expect_equal(state.token_count, std::int64_t{4}, "token_count");
  expect_equal(state.checkpoint, std::string("Hello"), "checkpoint");
  expect_equal(state.violations, Strings{R"({"rule":"a"})", R"({"rule":"b"})"}, "violations");
  expect_equal(state.drift_detected, true, "drift_detected");
  expect_equal(state.retry_attempts, std::int64_t{1}, "retry_attempts");
  expect_equal(state.network_retry_count, std::int64_t{1}, "network_retry_count");
  expect_equal(state.fallback_index, std::int64_t{2}, "fallback_index");
  expect_equal(state.completed, true, "completed");
  expect(state.error == SerializedError{"E", "m", "c"},
         "the state's error is not the one recorded");
  expect_equal(state.start_ts, 1000.5, "start_ts");
  expect_equal(state.end_ts, 1013.0, "end_ts");
}

void states_of_ranges(const MakeStore& make) {
  const Store store = make();
  add_life(*store, "s");
  const auto fold = [&](SeqRange range) { return got(store->fold("s", range), "fold"); };
  expect_equal(fold({0, 1}).content, std::string("Hello"), "content of 0 to 1");
  expect_equal(fold({0, 9}).content, std::string("Hel"), "content of 0 to 9");
  expect_equal(fold({0, 10}).content, std::string("Hello!"), "content of 0 to 10");
  expect_equal(fold({10, 12}).content, std::string("lo!"), "content of 10 to 12");
  expect_equal(fold({10, 12}).start_ts, 0.0, "start_ts of 10 to 12");
  expect_equal(fold({14, UINT64_MAX}).content, std::string("!"), "content of 14 on");
  expect(fold({5, 4}) == State(), "the state of an empty range is not new");
  expect(fold({99, UINT64_MAX}) == State(), "the state of a range behind the end is not new");
}

void fold_modes(const MakeStore& make) {
  const Store store = make();
  add(*store, "s", event_at(1, Token{"ab", 0}));
  add(*store, "s", event_at(2, Retry{"r", 1}));
  add(*store, "s", event_at(3, Token{"abc", 0}));
  const State l0 = got(store->fold("s"), "fold");
  expect_equal(l0.content, std::string("ababc"), "content over a retry");
  const State attempts = got(store->fold("s", {}, FoldMode::attempts), "fold");
  expect_equal(attempts.content, std::string("abc"), "content of the last attempt");
  expect_equal(attempts.attempts, Strings{"ab"}, "the earlier attempts");
}

}  // namespace

void add_state_checks(Checks& checks) {
  checks.push_back(check("metadata keeps its rules", metadata_rules));
  checks.push_back(check("metadata of a stream without START or end", metadata_of_few));
  checks.push_back(
      check("metadata goes by the last START and the last end", metadata_takes_the_last));
  checks.push_back(check("fold gives the state of all events", whole_state));
  checks.push_back(check("fold of a range is of its events alone", states_of_ranges));
  checks.push_back(check("fold keeps attempts apart when asked", fold_modes));
}

}  // namespace reel::conformance
