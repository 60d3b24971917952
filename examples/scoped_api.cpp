// The scoped API: everything under one name, EventSourcing; and its type aliases.
#include "example.hpp"

using reel::EventSourcing;

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);

  // Store factories
  auto memory = EventSourcing::memory({.prefix = "l0", .ttl_ms = 0});
  auto file = EventSourcing::file({.base_path = folder / "events", .prefix = "l0", .ttl_ms = 0});
  auto composite = EventSourcing::composite({memory, file}, 0);
  if (!composite) return example::failed(composite);
  auto with_ttl = EventSourcing::with_ttl(*composite, 3600000);
  if (!with_ttl) return example::failed(with_ttl);
  const EventSourcing::Config config{.type = "memory"};
  auto created = EventSourcing::create(config);
  if (!created) return example::failed(created);

  // Recorder and replayer
  const std::string id = EventSourcing::generate_id();
  auto recorder = EventSourcing::recorder(*with_ttl, id);
  if (auto seq = recorder.record_token("Hello", 0); !seq) return example::failed(seq);
  auto replayer = EventSourcing::replayer(*with_ttl);

  // Replay functions
  auto replay = EventSourcing::replay(
      id, *with_ttl, {.speed = 0, .fire_callbacks = false, .from_seq = 0, .to_seq = {}});
  if (!replay) return example::failed(replay);
  auto metadata = EventSourcing::metadata(id, *with_ttl);
  if (!metadata) return example::failed(metadata);
  auto state1 = replayer.replay_to_state(id);
  if (!state1) return example::failed(state1);
  auto state2 = EventSourcing::replayer(file).replay_to_state(id);
  if (!state2) return example::failed(state2);

  // Type aliases
  const EventSourcing::EventType event_type = EventSourcing::EventType::token;
  const EventSourcing::State state = *state1;
  const EventSourcing::Metadata meta = metadata->value_or(EventSourcing::Metadata());
  const EventSourcing::Comparison comparison = EventSourcing::compare(*state1, *state2);
  for (const reel::EnvelopeView& view : *replay) {
    const EventSourcing::Event event = reel::to_event(view.event);
    const EventSourcing::Envelope envelope{std::string(view.stream_id), view.seq, event};
    std::cout << "token at " << envelope.seq << ": " << (event.type() == event_type) << '\n';
  }
  EventSourcing::Snapshot snapshot;
  snapshot.stream_id = id;

  std::cout << std::boolalpha << state.content << ' ' << meta.event_count << ' '
            << comparison.identical << '\n';
}

// Output:
// token at 0: 1
// Hello 1 true
