// What every EventStore can do once it can do the six things that it must.
#include <algorithm>
#include <utility>

#include "event/facts.hpp"
#include "event/frame.hpp"
#include "reader/stream_parts.hpp"
#include "reel/store.hpp"
#include "store/walk.hpp"

namespace reel {
namespace {

// Walks a list of events that get_events answered.
class ListCursor final : public EventCursor {
 public:
  ListCursor(std::vector<Envelope> events, SeqRange range)
      : events_(std::move(events)), range_(range) {}

  bool next() override {
    while (at_ < events_.size()) {
      const Envelope& envelope = events_[at_++];
      if (envelope.seq < range_.first || envelope.event.type() == EventType::gap) continue;
      if (envelope.seq > range_.last) break;
      view_ = {envelope.stream_id, envelope.seq, event::view_of(envelope.event, parts_)};
      return true;
    }
    at_ = events_.size();
    return false;
  }
  const EnvelopeView& view() const noexcept override { return view_; }
  const Status& status() const noexcept override { return status_; }

 private:
  std::vector<Envelope> events_;
  SeqRange range_;
  std::size_t at_ = 0;
  std::string parts_;
  EnvelopeView view_;
  Status status_;
};

// The state to begin with, and the first seq to fold into it: the nearest snapshot of events that
// the stream really has (one may be saved for any seq), else the front of the range.
Status begin_fold(EventStoreWithSnapshots& keeper, std::string_view stream_id, SeqRange& range,
                  State& state) {
  auto last = keeper.get_last_event(stream_id);
  if (!last) return last.status();
  if (!*last) return {};
  auto snapshot = keeper.get_snapshot_before(stream_id, std::min(range.last, (*last)->seq));
  if (!snapshot) return snapshot.status();
  if (!*snapshot) return {};
  range.first = (*snapshot)->seq + 1;
  state = std::move(**snapshot);  // only the State that it is
  return {};
}

}  // namespace

Result<std::unique_ptr<EventCursor>> EventStore::read(std::string_view stream_id, SeqRange range) {
  auto events = get_events(stream_id);
  if (!events) return events.status();
  return std::unique_ptr<EventCursor>(std::make_unique<ListCursor>(std::move(*events), range));
}

Result<std::optional<Envelope>> EventStore::get_last_event(std::string_view stream_id) {
  auto events = get_events(stream_id);
  if (!events) return events.status();
  if (events->empty()) return std::optional<Envelope>();
  return std::optional<Envelope>(std::move(events->back()));
}

Result<std::vector<Envelope>> EventStore::get_events_after(std::string_view stream_id,
                                                           std::uint64_t after_seq) {
  auto events = get_events(stream_id);
  if (!events) return events.status();
  std::erase_if(*events, [&](const Envelope& envelope) { return envelope.seq <= after_seq; });
  return events;
}

Result<std::optional<StreamMetadata>> EventStore::metadata(std::string_view stream_id) {
  auto found = exists(stream_id);
  if (!found) return found.status();
  if (!*found) return std::optional<StreamMetadata>();
  auto cursor = read(stream_id);
  if (!cursor) return cursor.status();
  event::StreamFacts facts;
  std::optional<std::string> options;
  while ((*cursor)->next()) {
    const EnvelopeView& view = (*cursor)->view();
    facts.note(view.seq, view.event);
    if (view.event.type != EventType::start) continue;
    options = std::string(view.event.part(Part::options).value_or("{}"));
  }
  if (!(*cursor)->status()) return (*cursor)->status();
  if (!facts.has_events) return std::optional<StreamMetadata>();
  StreamMetadata metadata;
  metadata.stream_id = stream_id;
  reader::set_facts(metadata, facts);
  metadata.options = std::move(options);
  return std::optional<StreamMetadata>(std::move(metadata));
}

Result<State> EventStore::fold(std::string_view stream_id, SeqRange range, FoldMode mode) {
  State state;
  EventStoreWithSnapshots* const keeper = snapshots();
  if (keeper != nullptr && range.first == 0 && mode == FoldMode::l0) {
    if (Status status = begin_fold(*keeper, stream_id, range, state); !status) return status;
  }
  return store::fold_events(read(stream_id, range), std::move(state), mode);
}

}  // namespace reel
