#include "store/walk.hpp"

#include <string>
#include <utility>

namespace reel::store {
namespace {

template <class Each>
Status for_each(CursorResult& cursor, Each each) {
  if (!cursor) return cursor.status();
  while ((*cursor)->next()) each((*cursor)->view());
  return (*cursor)->status();
}

}  // namespace

Envelope to_envelope(const EnvelopeView& view) {
  return {std::string(view.stream_id), view.seq, to_event(view.event)};
}

Result<std::vector<Envelope>> all_events(CursorResult cursor) {
  std::vector<Envelope> events;
  const Status status =
      for_each(cursor, [&](const EnvelopeView& view) { events.push_back(to_envelope(view)); });
  if (!status) return status;
  return events;
}

Result<bool> any_event(CursorResult cursor) {
  if (!cursor) return cursor.status();
  if ((*cursor)->next()) return true;
  if (!(*cursor)->status()) return (*cursor)->status();
  return false;
}

Result<std::optional<Envelope>> last_event(CursorResult cursor) {
  std::optional<Envelope> last;
  const Status status =
      for_each(cursor, [&](const EnvelopeView& view) { last = to_envelope(view); });
  if (!status) return status;
  return last;
}

Result<State> fold_events(CursorResult cursor, State state, FoldMode mode) {
  const Status status =
      for_each(cursor, [&](const EnvelopeView& view) { reel::fold(state, view.event, mode); });
  if (!status) return status;
  return state;
}

}  // namespace reel::store
