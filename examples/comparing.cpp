// Comparing replays: what differs between two states, and where two streams part.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  auto store = EventSourcing::memory();
  auto hello = EventSourcing::recorder(store, "one");
  auto hi = EventSourcing::recorder(store, "two");
  auto recorded = example::all({hello.record_token("Hel", 0), hello.record_token("lo", 1),
                                hello.record_complete("Hello", 2), hi.record_token("Hi", 0),
                                hi.record_complete("Hi", 1)});
  if (!recorded) return example::failed(recorded);

  // Replay two streams.
  auto replayer = EventSourcing::replayer(store);
  auto state1 = replayer.replay_to_state("one");
  if (!state1) return example::failed(state1);
  auto state2 = replayer.replay_to_state("two");
  if (!state2) return example::failed(state2);

  // Compare. {.timestamps = true} asks for start_ts and end_ts, too.
  auto comparison = EventSourcing::compare(*state1, *state2);
  std::cout << std::boolalpha << comparison.identical << '\n';
  for (const auto& difference : comparison.differences) std::cout << difference << '\n';

  // Token by token: the first that differs.
  auto parted = reel::first_divergence(*store, "one", "two");
  if (!parted) return example::failed(parted);
  if (*parted) {
    std::cout << "token " << (*parted)->token << ", after " << (*parted)->content_offset
              << " equal bytes: " << (*parted)->a.value_or("none") << " vs "
              << (*parted)->b.value_or("none") << '\n';
  }
}

// Output:
// false
// content: 'Hello...' vs 'Hi...'
// token_count: 2 vs 1
// token 0, after 1 equal bytes: Hel vs Hi
