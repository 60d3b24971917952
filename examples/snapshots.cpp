// Snapshots: for long streams, the state at some event, so that not everything is folded again.
#include "example.hpp"

using reel::EventSourcing;

int main() {
  auto store = EventSourcing::memory();  // an EventStoreWithSnapshots, as the file store is
  auto recorder = EventSourcing::recorder(store, "my-stream");
  for (int i = 0; i < 200; ++i) {
    if (auto seq = recorder.record_token(".", i); !seq) return example::failed(seq);
  }

  // The state after event 100, kept. A Snapshot has every member of a State.
  auto replayer = EventSourcing::replayer(store);
  auto state = replayer.state_at("my-stream", 100);
  if (!state) return example::failed(state);
  EventSourcing::Snapshot snapshot;
  static_cast<EventSourcing::State&>(snapshot) = *state;
  snapshot.stream_id = "my-stream";
  snapshot.seq = 100;
  snapshot.ts = 1700000000000;  // when it was taken, Unix milliseconds
  if (auto saved = store->save_snapshot(snapshot); !saved) return example::failed(saved);

  auto last = store->get_snapshot("my-stream");
  if (!last) return example::failed(last);
  if (*last) std::cout << "snapshot at " << (*last)->seq << ": " << (*last)->token_count << '\n';
  auto before = store->get_snapshot_before("my-stream", 99);
  if (!before) return example::failed(before);
  std::cout << "before that: " << (*before ? "one" : "none") << '\n';

  // From here on states begin at the snapshot, by themselves.
  state = replayer.replay_to_state("my-stream");
  if (!state) return example::failed(state);
  std::cout << "tokens: " << state->token_count << ", " << state->content.size() << " bytes\n";
}

// Output:
// snapshot at 100: 101
// before that: none
// tokens: 200, 200 bytes
