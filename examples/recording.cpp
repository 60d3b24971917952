// Recording: one method of the EventRecorder for each type of event.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  auto store = EventSourcing::memory();

  // A new stream gets a UUIDv7 for its id; or give one of your own.
  auto unnamed = EventSourcing::recorder(store);
  auto recorder = EventSourcing::recorder(store, "my-stream-123");
  std::cout << unnamed.stream_id().size() << ' ' << recorder.stream_id() << '\n';

  // Free-form JSON is text; the builder spares you the quoting.
  auto options = reel::json::ObjectBuilder().add("model", "gpt-4").add("temperature", 0.7).text();
  if (!options) return example::failed(options);

  auto recorded = example::all({
      recorder.record_start(*options),  // called first

      recorder.record_token("Hello", 0),
      recorder.record_token(" world", 1),

      recorder.record_checkpoint("Hello", 1),  // to resume from; covers 1 token

      recorder.record_guardrail(R"({"passed":true,"violations":[]})", "content"),
      recorder.record_drift(R"({"detected":false,"type":null})"),

      // Named arguments: pass the event's struct. Network retries do not count; delay in ms.
      recorder.record_retry(
          {.reason = "network_error", .attempt = 1, .counts_toward_limit = false, .delay = "1000"}),
      recorder.record_fallback({.to = 1, .from = 0, .reason = "max_retries_exceeded"}),
      recorder.record_continuation("Hello", 1),  // resumed from the checkpoint

      recorder.record_complete("Hello world", 2),
      recorder.record_error(R"({"name":"TimeoutError","message":"Stream timed out"})"),
  });
  if (!recorded) return example::failed(recorded);

  auto events = store->get_events(recorder.stream_id());
  if (!events) return example::failed(events);
  for (auto& envelope : *events) {
    envelope.event.ts_ms = 0;  // so that every run prints the same
    std::string json;
    reel::json::append_event(json, envelope.event);
    std::cout << envelope.seq << ' ' << json << '\n';
  }

  // What cannot be used is refused, with a sentence that says why; nothing is stored then.
  if (auto refused = recorder.record_start("not JSON"); refused) return 1;
  std::cout << "recorded " << recorder.seq() << '\n';
}

// clang-format off
// Output:
// 36 my-stream-123
// 0 {"type":"START","ts":0.0,"options":{"model":"gpt-4","temperature":0.7}}
// 1 {"type":"TOKEN","ts":0.0,"value":"Hello","index":0}
// 2 {"type":"TOKEN","ts":0.0,"value":" world","index":1}
// 3 {"type":"CHECKPOINT","ts":0.0,"at":1,"content":"Hello"}
// 4 {"type":"GUARDRAIL","ts":0.0,"result":{"passed":true,"violations":[]},"check_type":"content"}
// 5 {"type":"DRIFT","ts":0.0,"result":{"detected":false,"type":null}}
// 6 {"type":"RETRY","ts":0.0,"reason":"network_error","attempt":1,"counts_toward_limit":false,"delay":1000}
// 7 {"type":"FALLBACK","ts":0.0,"to":1,"from":0,"reason":"max_retries_exceeded"}
// 8 {"type":"CONTINUATION","ts":0.0,"checkpoint":"Hello","at":1}
// 9 {"type":"COMPLETE","ts":0.0,"content":"Hello world","token_count":2}
// 10 {"type":"ERROR","ts":0.0,"error":{"name":"TimeoutError","message":"Stream timed out"}}
// recorded 11
