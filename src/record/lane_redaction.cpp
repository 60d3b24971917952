// The way of a redacted stream's events: through Redaction, then into the arena like any other.
#include "record/lane.hpp"

namespace reel::record {

Append Lane::record_redacted(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                             bool ts_is_double) {
  if (closed()) return Append::closed;
  if (forked()) return Append::forked;
  const std::size_t bytes = event::frame_bytes({event.text, event.parts, event.number});
  if (too_large(bytes, event.type)) return Append::too_large;
  const std::uint64_t seqs = event.seqs();
  if (seqs == 0 || stream.next_seq > kSeqMax - seqs) return Append::invalid;
  Redaction& redaction = *stream.redaction;
  if (!redaction.has_room()) {
    redaction.finish();
    (void)release_redacted(stream);
    if (!redaction.has_room()) {
      refusals_.fetch_add(1, std::memory_order_relaxed);
      return Append::full;
    }
  }
  redaction.take(event, ts, ts_is_double);
  held_.fetch_add(1, std::memory_order_relaxed);
  return release_redacted(stream);
}

void Lane::pop_redacted(Redaction& redaction) noexcept {
  redaction.pop();
  held_.fetch_sub(1, std::memory_order_relaxed);
}

// Where the arena, or the heap, has no room the events wait on, as those do whose text is held
// back.
Append Lane::release_redacted(detail::RecorderState& stream) noexcept try {
  Redaction& redaction = *stream.redaction;
  Append answer = Append::held;
  while (HeldEvent* const event = redaction.ready()) {
    answer = put(stream, event->view(), event->ts, event->ts_is_double);
    if (answer == Append::too_large) {  // by what the hooks put into it
      event->text.clear();
      event->parts.clear();
      answer = put(stream, event->view(), event->ts, event->ts_is_double);
    }
    if (answer == Append::full) {
      refusals_.fetch_sub(1, std::memory_order_relaxed);  // nothing was refused to the caller
      return Append::held;
    }
    if (answer == Append::closed || answer == Append::forked) return answer;
    pop_redacted(redaction);
  }
  return redaction.empty() ? answer : Append::held;
} catch (...) {
  return Append::held;
}

// What still finds no room is declared lost, like events that are dropped.
void Lane::finish_redaction(detail::RecorderState& stream) {
  Redaction& redaction = *stream.redaction;
  redaction.finish();
  (void)release_redacted(stream);
  while (const HeldEvent* const event = redaction.ready()) {
    drop(stream, event->view());
    pop_redacted(redaction);
  }
}

}  // namespace reel::record
