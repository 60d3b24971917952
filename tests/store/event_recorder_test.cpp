// The document's recorder over a store: every way to say every event, and what it refuses.
#include "reel/event_recorder.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/stores.hpp"

namespace reel {
namespace {

struct Recording {
  std::shared_ptr<MemoryStore> store = memory_store();
  EventRecorder recorder{store, "s", [] { return 1234.5; }};

  // The event recorded last; it must have been.
  Event last(const EventRecorder::Answer& answer) {
    INFO(answer.status().to_string());
    REQUIRE(answer.ok());
    const auto envelope = store->get_last_event("s").value();
    REQUIRE(envelope);
    CHECK(envelope->seq == *answer);
    CHECK(envelope->event.ts_ms == 1234.5);
    return envelope->event;
  }
  template <class Body>
  Body body(const EventRecorder::Answer& answer) {
    return std::get<Body>(last(answer).body);
  }
  // Why it was refused; nothing was stored then.
  std::string refusal(const EventRecorder::Answer& answer) {
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == ErrorCode::invalid_argument);
    CHECK_FALSE(*store->exists("s"));
    return answer.error().message;
  }
};

auto says(const char* words) { return Catch::Matchers::Contains(words); }

TEST_CASE("an EventRecorder counts what it recorded, and goes on where the stream ended") {
  const auto store = memory_store();
  EventRecorder first(store, "s");
  CHECK(first.record_start().value() == 0);
  CHECK(first.record_token("a", 0).value() == 1);
  CHECK(first.seq() == 2);
  EventRecorder second(store, "s");
  CHECK(second.record_token("b", 1).value() == 2);
  CHECK(second.seq() == 1);
  CHECK(second.stream_id() == "s");
  CHECK(second.store() == store);
}

TEST_CASE("an EventRecorder without an id makes one of its own") {
  const auto store = memory_store();
  EventRecorder a(store), b(store);
  CHECK(a.stream_id().size() == 36);
  CHECK(a.stream_id() < b.stream_id());
  CHECK(a.record_token("a", 0).ok());
  CHECK(*store->exists(a.stream_id()));
}

TEST_CASE("an EventRecorder stamps with the system's time by default") {
  const auto store = memory_store();
  EventRecorder recorder(store, "s");
  CHECK(recorder.record_token("a", 0).ok());
  const double ts_ms = (*store->get_last_event("s"))->event.ts_ms;
  CHECK(ts_ms > 1.6e12);
  CHECK(ts_ms < 1e13);
}

TEST_CASE("START, TOKEN, CHECKPOINT, CONTINUATION and COMPLETE, in every habit") {
  Recording r;
  CHECK(r.body<Start>(r.recorder.record_start()).options == "{}");
  CHECK(r.body<Start>(r.recorder.record_start(R"({"b": 1, "a": 0.70})")).options ==
        R"({"b":1,"a":0.70})");
  CHECK(r.body<Start>(r.recorder.record_start("")).options.empty());
  CHECK(r.body<Token>(r.recorder.record_token(" world", 1)).value == " world");
  const auto token = r.body<Token>(r.recorder.record_token({"x", 2, "reasoning", 7}));
  CHECK(token.index == 2);
  CHECK(token.channel == "reasoning");
  CHECK(token.call == 7);
  for (const auto& answer :
       {r.recorder.record_checkpoint("Hello", 1), r.recorder.record_checkpoint(1, "Hello"),
        r.recorder.record_checkpoint({.content = "Hello", .at = 1})}) {
    REQUIRE(answer.ok());
    const auto stored = r.store->get_events("s").value().at(*answer).event;
    CHECK(std::get<Checkpoint>(stored.body).content == "Hello");
    CHECK(std::get<Checkpoint>(stored.body).at == 1);
  }
  CHECK(r.body<Continuation>(r.recorder.record_continuation("Hello", 1)).checkpoint == "Hello");
  CHECK(r.body<Continuation>(r.recorder.record_continuation({.checkpoint = "H", .at = 1})).at == 1);
  CHECK(r.body<Complete>(r.recorder.record_complete("Hello", 2)).token_count == 2);
  CHECK(r.body<Complete>(r.recorder.record_complete({.content = "H", .token_count = 1})).content ==
        "H");
}

TEST_CASE("GUARDRAIL and DRIFT, in every habit") {
  Recording r;
  const auto document =
      r.body<Guardrail>(r.recorder.record_guardrail(R"({"passed": true})", "content"));
  CHECK(document.result == R"({"passed":true})");
  CHECK(document.check_type == "content");
  CHECK_FALSE(document.at);
  CHECK_FALSE(r.body<Guardrail>(r.recorder.record_guardrail("{}")).check_type);
  CHECK(r.body<Guardrail>(r.recorder.record_guardrail(3, R"({"violations":[]})")).at == 3);
  CHECK(r.body<Guardrail>(r.recorder.record_guardrail({.result = "{}", .at = 4})).at == 4);
  CHECK_FALSE(r.body<Drift>(r.recorder.record_drift(R"({"detected":false})")).at);
  CHECK(r.body<Drift>(r.recorder.record_drift(3, "{}")).at == 3);
  CHECK(r.body<Drift>(r.recorder.record_drift({.result = "{}", .at = 4})).at == 4);
}

TEST_CASE("RETRY and FALLBACK, in every habit") {
  Recording r;
  const auto document = r.body<Retry>(r.recorder.record_retry(1, "network_error", 1000, false));
  CHECK(document.attempt == 1);
  CHECK(document.reason == "network_error");
  CHECK(document.delay == "1000.0");
  CHECK(document.counts_toward_limit == false);
  const auto l0 = r.body<Retry>(r.recorder.record_retry("rate_limit", 2));
  CHECK(l0.attempt == 2);
  CHECK(l0.counts_toward_limit == true);
  CHECK_FALSE(l0.delay);
  const auto named =
      r.body<Retry>(r.recorder.record_retry({.reason = "x", .attempt = 3, .delay = "1e3"}));
  CHECK(named.delay == "1e3");
  CHECK_FALSE(named.counts_toward_limit);

  CHECK(r.body<Fallback>(r.recorder.record_fallback(1)).to == 1);
  const auto fallback = r.body<Fallback>(r.recorder.record_fallback(0, 2, "max_retries_exceeded"));
  CHECK(fallback.from == 0);
  CHECK(fallback.to == 2);
  CHECK(fallback.reason == "max_retries_exceeded");
  CHECK(r.body<Fallback>(r.recorder.record_fallback({.to = 5})).to == 5);
}

TEST_CASE("ERROR, as JSON text, as a state shows it, and as a whole") {
  Recording r;
  const auto text = R"({"name":"TimeoutError","message":"Stream timed out"})";
  CHECK(r.body<ErrorEvent>(r.recorder.record_error(text)).error == text);
  const SerializedError error{"E", "say \"no\"", "c1", std::nullopt, R"({"k":1})"};
  const auto event = r.body<ErrorEvent>(r.recorder.record_error(error, "timeout", "retry", "p"));
  CHECK(event.failure_type == "timeout");
  CHECK(event.recovery_strategy == "retry");
  CHECK(event.policy == "p");
  CHECK(r.store->fold("s")->error == error);
  CHECK(r.body<ErrorEvent>(r.recorder.record_error({.name = "N", .message = "m"})).failure_type ==
        "");
  CHECK(r.body<ErrorEvent>(r.recorder.record_error({.error = "{}", .policy = "q"})).policy == "q");
  CHECK(r.body<ErrorEvent>(r.recorder.record_error(text, "timeout", "", "p")).policy == "p");
}

TEST_CASE("an exception is an error: its class and its words") {
  Recording r;
  struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  REQUIRE(r.recorder.record_error(std::out_of_range("beyond"), "bug").ok());
  CHECK(r.store->fold("s")->error == SerializedError{"out_of_range", "beyond"});
  REQUIRE(r.recorder.record_error(Broken("pieces")).ok());
  CHECK(r.store->fold("s")->error == SerializedError{"Broken", "pieces"});
}

TEST_CASE("any event as it is, with its own ts") {
  Recording r;
  Event event = test::event_at(-0.0, Opaque{"SPEECH"});
  event.extra = R"("pitch": 440.0, "tags":[1, 2])";
  event.envelope_extra = R"("shard":7)";
  REQUIRE(r.recorder.record(event).ok());
  const auto stored = (*r.store->get_last_event("s"))->event;
  CHECK(std::signbit(stored.ts_ms));
  CHECK(std::get<Opaque>(stored.body).type_name == "SPEECH");
  CHECK(stored.extra == R"("pitch":440.0,"tags":[1,2])");
  CHECK(stored.envelope_extra == R"("shard":7)");
  REQUIRE(r.recorder.record(test::token_at(0.1, "t", 0)).ok());
  CHECK((*r.store->get_last_event("s"))->event.ts_ms == 0.1);
}

TEST_CASE("what is no JSON object is refused with a reason, and not stored") {
  Recording r;
  CHECK_THAT(r.refusal(r.recorder.record_start("[1]")),
             says("the event's options: the text must be a JSON object"));
  CHECK_THAT(r.refusal(r.recorder.record_start("{")), says("the event's options: "));
  CHECK_THAT(r.refusal(r.recorder.record_start(R"({"a":1,"a":2})")), says("\"a\""));
  CHECK_THAT(r.refusal(r.recorder.record_start(R"({},"x":{})")), says("the event's options: "));
  CHECK_THAT(r.refusal(r.recorder.record_guardrail("nope")), says("the event's result: "));
  CHECK_THAT(r.refusal(r.recorder.record_drift(1, "\"{}\"")), says("the event's result: "));
  CHECK_THAT(r.refusal(r.recorder.record_error("{\"a\":\"\xff\"}")), says("the event's error: "));
  CHECK_THAT(
      r.refusal(r.recorder.record_error({.name = "E", .message = "", .metadata = "1,\"x\":2"})),
      says("the error's metadata: "));
  for (const char* delay : {"", "1,\"x\":2", "fast", "01", "\"1\"", "1 "}) {
    INFO(delay);
    r.refusal(r.recorder.record_retry({.reason = "x", .attempt = 1, .delay = delay}));
  }
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THAT(r.refusal(r.recorder.record_retry(1, "x", infinity)), says("finite"));
  for (const char* extra : {"1", "\"a\"", "\"a\":", "\"value\":\"twice\"", "\"type\":1"}) {
    Event event = test::token_at(0, "t", 0);
    event.extra = extra;
    INFO(extra);
    r.refusal(r.recorder.record(event));
  }
  CHECK(r.recorder.seq() == 0);
}

TEST_CASE("an EventRecorder without a store, or closed, records nothing and says so") {
  EventRecorder nowhere(nullptr, "s");
  CHECK(nowhere.record_token("a", 0).error().code == ErrorCode::invalid_argument);
  Recording r;
  r.recorder.close();
  CHECK(r.recorder.record_start().error().code == ErrorCode::closed);
  CHECK(r.recorder.record_token("a", 0).error().message ==
        "the recorder of stream \"s\" was closed; make another");
  CHECK_FALSE(*r.store->exists("s"));
}

}  // namespace
}  // namespace reel
