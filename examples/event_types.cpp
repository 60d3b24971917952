// Event types: the ten things that happen in a stream, each a struct, and the envelope around them.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  // Each with the members it cannot do without; Event::body holds any of them.
  const reel::EventBody bodies[] = {
      reel::Start{.options = R"({"model":"gpt-4"})"},
      reel::Token{.value = "Hello", .index = 0},
      reel::Checkpoint{.content = "Hello", .at = 1},
      reel::Guardrail{.result = R"({"passed":true,"violations":[]})"},
      reel::Drift{.result = R"({"detected":false,"type":null})"},
      reel::Retry{.reason = "network_error", .attempt = 1},
      reel::Fallback{.to = 1},
      reel::Continuation{.checkpoint = "Hello", .at = 1},
      reel::Complete{.content = "Hello world", .token_count = 2},
      reel::ErrorEvent{.error = R"({"name":"TimeoutError","message":"Stream timed out"})"},
  };

  auto store = EventSourcing::memory();
  double ts_ms = 1700000000000;  // Unix milliseconds
  for (const reel::EventBody& body : bodies) {
    EventSourcing::Event event{.ts_ms = ts_ms++, .body = body, .extra = {}, .envelope_extra = {}};
    if (auto seq = store->append("all-types", event); !seq) return example::failed(seq);
  }

  auto events = store->get_events("all-types");
  if (!events) return example::failed(events);
  for (const EventSourcing::Envelope& envelope : *events) {
    std::cout << envelope.stream_id << ' ' << envelope.seq << ' '
              << reel::event_type_name(envelope.event.type()) << '\n';
  }
  // One member of one of them.
  std::cout << std::get<reel::Token>((*events)[1].event.body).value << '\n';
}

// Output:
// all-types 0 START
// all-types 1 TOKEN
// all-types 2 CHECKPOINT
// all-types 3 GUARDRAIL
// all-types 4 DRIFT
// all-types 5 RETRY
// all-types 6 FALLBACK
// all-types 7 CONTINUATION
// all-types 8 COMPLETE
// all-types 9 ERROR
// Hello
