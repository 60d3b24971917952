// Quick start: record a stream, play it back, ask what it came to.
#include <iostream>
#include <reel/reel.hpp>

using reel::EventSourcing;

int main() {
  // A store, and a recorder for a new stream in it.
  auto store = EventSourcing::memory();
  auto recorder = EventSourcing::recorder(store);
  for (const auto& recorded :
       {recorder.record_start(R"({"model":"gpt-4"})"), recorder.record_token("Hello", 0),
        recorder.record_token(" world", 1), recorder.record_complete("Hello world", 2)}) {
    if (!recorded) return std::cerr << recorded.error().to_string() << '\n', 1;
  }

  // Replay the stream.
  auto replay = EventSourcing::replay(recorder.stream_id(), store);
  if (!replay) return std::cerr << replay.error().to_string() << '\n', 1;
  for (const auto& envelope : *replay) {
    if (envelope.event.type == reel::EventType::token) std::cout << envelope.event.text;
  }

  // Its final state.
  std::cout << "\nTokens: " << replay->state().token_count << '\n';
}

// Output:
// Hello world
// Tokens: 2
