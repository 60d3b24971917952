// Best practices: ids that say something, the right store, how long to keep, and what can go wrong.
#include "example.hpp"

using reel::EventSourcing;

namespace {

constexpr std::int64_t kMinuteMs = 60 * 1000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;

// Which store for what, and how long its events stay visible.
struct Stores {
  // Unit tests; development, where five minutes are enough.
  reel::StorePtr dev = EventSourcing::memory({.ttl_ms = 5 * kMinuteMs});
  // Production, 7 days; audit, 1 year. One folder each.
  reel::StorePtr prod, audit;
  explicit Stores(const example::Folder& folder)
      : prod(EventSourcing::file({.base_path = folder / "events", .ttl_ms = 7 * kDayMs})),
        audit(EventSourcing::file({.base_path = folder / "audit", .ttl_ms = 365 * kDayMs})) {}
};

int show(const std::string& stream_id, const reel::StorePtr& store) {
  auto meta = EventSourcing::metadata(stream_id, store);
  if (!meta) return example::failed(meta);  // the store itself cannot be read

  if (!*meta) {
    std::cout << "Stream " << stream_id << " not found\n";
    return 0;
  }
  if ((*meta)->has_error) {
    std::cout << "Stream " << stream_id << " ended with error\n";
    auto state = EventSourcing::replayer(store).replay_to_state(stream_id);
    if (!state) return example::failed(state);
    if (state->error) std::cout << "Error: " << state->error->message << '\n';
    return 0;
  }

  // Safe to replay.
  auto replay = EventSourcing::replay(stream_id, store);
  if (!replay) return example::failed(replay);
  for (const auto& envelope : *replay) std::cout << envelope.event.type_name() << ' ';
  std::cout << '\n';
  return replay->status().ok() ? 0 : example::failed(replay->status());
}

}  // namespace

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  const Stores stores(folder);

  // Good: ids with context. Also good: a generated one, which begins with the time (UUIDv7).
  const std::string fine = "completion-r1", broken = "chat-ann-7f3a1c";
  const std::string generated = EventSourcing::generate_id();
  std::cout << "a generated id has " << generated.size() << " characters\n";
  auto fine_recorder = EventSourcing::recorder(stores.prod, fine);
  auto broken_recorder = EventSourcing::recorder(stores.prod, broken);
  auto recorded = example::all(
      {fine_recorder.record_token("Yes.", 0), fine_recorder.record_complete("Yes.", 1),
       broken_recorder.record_error({.name = "TimeoutError", .message = "Stream timed out"})});
  if (!recorded) return example::failed(recorded);

  if (int code = show("chat-nobody", stores.prod); code != 0) return code;
  if (int code = show(fine, stores.prod); code != 0) return code;
  if (int code = show(broken, stores.prod); code != 0) return code;
  return show(fine, stores.audit);  // recorded elsewhere
}

// Output:
// a generated id has 36 characters
// Stream chat-nobody not found
// TOKEN COMPLETE
// Stream chat-ann-7f3a1c ended with error
// Error: Stream timed out
// Stream completion-r1 not found
