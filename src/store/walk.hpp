// What walking a cursor to its end adds up to. A cursor that could not be made gives its error.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "reel/store.hpp"

namespace reel::store {

using CursorResult = Result<std::unique_ptr<EventCursor>>;

Envelope to_envelope(const EnvelopeView& view);

Result<std::vector<Envelope>> all_events(CursorResult cursor);
Result<bool> any_event(CursorResult cursor);
Result<std::optional<Envelope>> last_event(CursorResult cursor);
Result<State> fold_events(CursorResult cursor, State state, FoldMode mode);

// The range of get_events_after.
constexpr SeqRange after(std::uint64_t seq) noexcept {
  return seq == UINT64_MAX ? SeqRange{1, 0} : SeqRange{seq + 1, UINT64_MAX};
}

}  // namespace reel::store
