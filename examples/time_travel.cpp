// Use case, time-travel debugging: the state a stream was in at any point.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  const std::string stream_id = "chat-7";
  auto store = EventSourcing::memory();
  auto recorder = EventSourcing::recorder(store, stream_id);
  auto recorded = example::all(
      {recorder.record_start(R"({"model":"gpt-4"})"), recorder.record_token("one ", 0),
       recorder.record_token("two ", 1), recorder.record_token("three ", 2),
       recorder.record_token("four", 3), recorder.record_complete("one two three four", 4)});
  if (!recorded) return example::failed(recorded);

  // How many events are there?
  auto meta = EventSourcing::metadata(stream_id, store);
  if (!meta) return example::failed(meta);
  if (!*meta) return 1;
  std::cout << "Total events: " << (*meta)->event_count << '\n';

  // Replay the first half only.
  const auto middle = static_cast<std::int64_t>((*meta)->event_count / 2);
  auto replay = EventSourcing::replay(stream_id, store, {.to_seq = middle});
  if (!replay) return example::failed(replay);
  for (const auto& envelope : *replay) {
    std::cout << envelope.seq << ": " << envelope.event.type_name() << '\n';
  }
  std::cout << "State at midpoint: " << replay->state().content << '\n';

  // Or ask for the state at once; or go back and forth in one replay.
  auto state = EventSourcing::replayer(store).state_at(stream_id, 1);
  if (!state) return example::failed(state);
  std::cout << "State after event 1: " << state->content << '\n';
  auto tape = EventSourcing::replay(stream_id, store);
  if (!tape) return example::failed(tape);
  tape->seek(4);
  auto at = tape->begin();
  if (at == tape->end()) return 1;
  std::cout << "At event " << (*at).seq << ": " << tape->state().content << '\n';
}

// Output:
// Total events: 6
// 0: START
// 1: TOKEN
// 2: TOKEN
// 3: TOKEN
// State at midpoint: one two three
// State after event 1: one
// At event 4: one two three four
