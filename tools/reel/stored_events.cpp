#include "stored_events.hpp"

#include <fmt/format.h>

namespace reel::tool {

Status StoredEvents::look_again() {
  ++look_;
  if (reader_) return reader_->refresh();
  Result<Reader> opened = Reader::open(store_);
  if (!opened) return opened.status();
  reader_.emplace(std::move(*opened));
  return {};
}

Result<std::optional<Event>> StoredEvents::walk(StoredPlace& place, std::string_view name_space,
                                                std::string_view stream_id, std::uint64_t seq) {
  if (!place.cursor || place.look != look_ || seq < place.next_seq) {
    Result<Cursor> cursor = reader_->cursor(stream_id, name_space, seq);
    if (!cursor) return cursor.status();
    place = StoredPlace{std::move(*cursor), look_, seq};
  }
  while (place.cursor->next()) {
    const EnvelopeView& view = place.cursor->view();
    const std::uint64_t after = view.seq + view.event.seqs();
    if (after <= seq) continue;
    if (view.seq > seq) break;
    // A gap may cover more seqs than this one, so the next question starts anew.
    Event event = to_event(view.event);
    place.next_seq = after;
    if (view.event.type == EventType::gap) place.cursor.reset();
    return std::optional<Event>(std::move(event));
  }
  Status status = place.cursor->status();
  place.cursor.reset();
  if (!status) return status;
  return std::optional<Event>();
}

Result<Event> StoredEvents::at(StoredPlace& place, std::string_view name_space,
                               std::string_view stream_id, std::uint64_t seq) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (attempt > 0 || !reader_) {
      if (Status looked = look_again(); !looked) return looked;
    }
    Result<std::optional<Event>> found = walk(place, name_space, stream_id, seq);
    if (!found) return found.status();
    if (found->has_value()) return std::move(**found);
  }
  return Error{ErrorCode::not_found, 0, {}, 0, fmt::format("seq {} cannot be read back", seq)};
}

}  // namespace reel::tool
