// EventStore: where streams of events live, behind one interface that anybody may implement.
//
// Implement the six pure functions and a store works everywhere: EventRecorder, Replayer,
// composite, with_ttl, the adapters. The others have defaults in terms of those six; override them
// where the store can do better. reel/store_conformance.hpp tests an implementation against these
// words.
//
// Rules (docs/RULES.md): seqs are given by the store, 0, 1, 2, ... in each stream, and go on over
// recorders, handles and processes; after delete_stream they start at 0 again. An unknown stream is
// no error: it has no events. What append answered is seen by every later read.
// Threads: a store may be used from any thread; it serialises appends to one stream by itself.
// Errors are values: nothing here throws, except std::bad_alloc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/reader.hpp"
#include "reel/state.hpp"
#include "reel/status.hpp"

namespace reel {

// Seqs, both ends included. first > last holds nothing.
struct SeqRange {
  std::uint64_t first = 0;
  std::uint64_t last = UINT64_MAX;
};

// Walks events of one stream as they were when the cursor was made; later appends are not seen.
// `while (cursor.next()) use(cursor.view());` One thread at a time. May outlive its store.
class EventCursor {
 public:
  virtual ~EventCursor() = default;
  virtual bool next() = 0;  // false at the end or on an error: see status()
  // Lives until the next call of next(), or the cursor's end. GAPs are not shown.
  virtual const EnvelopeView& view() const noexcept = 0;
  virtual const Status& status() const noexcept = 0;
  // Nothing comes after this seq, where that is known without walking there; else nullopt.
  virtual std::optional<std::uint64_t> last_seq() { return std::nullopt; }
};

class EventStoreWithSnapshots;

class EventStore {
 public:
  virtual ~EventStore() = default;

  // Stores the event at the stream's next seq, and answers that seq. With `expected_seq` it is
  // refused with ErrorCode::sequence unless that is the next one.
  virtual Result<std::uint64_t> append(std::string_view stream_id, const Event& event,
                                       std::optional<std::uint64_t> expected_seq = {}) = 0;
  // All events, in order of seq.
  virtual Result<std::vector<Envelope>> get_events(std::string_view stream_id) = 0;
  virtual Result<bool> exists(std::string_view stream_id) = 0;
  // Deletes the stream, its events and its snapshots. true: it existed.
  virtual Result<bool> delete_stream(std::string_view stream_id) = 0;
  // Ids that begin with `prefix`, literally, in order of first appearance.
  virtual Result<std::vector<std::string>> list_streams(std::string_view prefix = {}) = 0;

  // --- With defaults ---

  // Events within a range, one by one. Default: get_events.
  virtual Result<std::unique_ptr<EventCursor>> read(std::string_view stream_id,
                                                    SeqRange range = {});
  virtual Result<std::optional<Envelope>> get_last_event(std::string_view stream_id);
  // Events with seq > after_seq.
  virtual Result<std::vector<Envelope>> get_events_after(std::string_view stream_id,
                                                         std::uint64_t after_seq);
  // nullopt: no such stream. Default: walks the stream.
  virtual Result<std::optional<StreamMetadata>> metadata(std::string_view stream_id);
  // The state that the range's events alone add up to. Default: walks them, from the nearest
  // snapshot on if the range begins at 0, the mode is l0 and the store has one.
  virtual Result<State> fold(std::string_view stream_id, SeqRange range = {},
                             FoldMode mode = FoldMode::l0);
  // This store, if it keeps snapshots; else nullptr.
  virtual EventStoreWithSnapshots* snapshots() noexcept { return nullptr; }

  // An envelope's own seq is the one expected; its stream_id is where it goes. (An implementation
  // that is called through its own type says `using EventStore::append;`.)
  Result<std::uint64_t> append(const Envelope& envelope) {
    return append(envelope.stream_id, envelope.event, envelope.seq);
  }

 protected:
  EventStore() = default;
  EventStore(const EventStore&) = delete;
  EventStore& operator=(const EventStore&) = delete;
};

// The state of a stream after the event `seq`, with the document's field names.
struct Snapshot : State {
  std::string stream_id;
  std::uint64_t seq = 0;
  double ts = 0;  // when it was taken, Unix milliseconds
  bool operator==(const Snapshot&) const = default;
};

class EventStoreWithSnapshots : public EventStore {
 public:
  // A snapshot alone is not a stream: exists() and list_streams() do not show it. It is taken at
  // its word: the default fold begins with the nearest one, so it should hold the whole State after
  // `seq`. (Folding by the file store does not: the log keeps snapshots of its own.)
  virtual Status save_snapshot(const Snapshot& snapshot) = 0;
  // The one saved last (not the one with the highest seq).
  virtual Result<std::optional<Snapshot>> get_snapshot(std::string_view stream_id) = 0;
  // The one with the highest seq that is not above `seq`; of several with that seq the last saved.
  virtual Result<std::optional<Snapshot>> get_snapshot_before(std::string_view stream_id,
                                                              std::uint64_t seq) = 0;
  EventStoreWithSnapshots* snapshots() noexcept override { return this; }
};

}  // namespace reel
