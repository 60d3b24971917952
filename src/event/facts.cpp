#include "event/facts.hpp"

namespace reel::event {

void StreamFacts::note(std::uint64_t seq, const EventView& event) noexcept {
  if (!has_events) first_seq = seq;
  has_events = true;
  if (event.type == EventType::gap) {
    const std::uint64_t count = event.seqs();
    ++gap_records;
    gap_events += count;
    next_seq = seq + count;
    return;
  }
  ++event_count;
  next_seq = seq + 1;
  if (event.type == EventType::start) {
    has_start = true;
    start_ts = event.ts_ms;
  } else if (event.is_text_token()) {
    has_token_count = true;
    // Unsigned arithmetic: an index of 2^63-1 is legal and must not overflow.
    token_count =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(event.number.value_or(0)) + 1);
  } else if (event.type == EventType::complete || event.type == EventType::error) {
    has_end = true;
    end_ts = event.ts_ms;
    ends_in_error = event.type == EventType::error;
    if (ends_in_error) {
      has_error = true;
    } else {
      completed = has_token_count = true;
      token_count = event.number.value_or(0);
    }
  }
}

void StreamFacts::append(const StreamFacts& later) noexcept {
  if (!later.has_events) return;
  if (!has_events) first_seq = later.first_seq;
  has_events = true;
  event_count += later.event_count;
  gap_records += later.gap_records;
  gap_events += later.gap_events;
  next_seq = later.next_seq;
  if (later.has_token_count) token_count = later.token_count;
  has_token_count |= later.has_token_count;
  if (later.has_start) start_ts = later.start_ts;
  has_start |= later.has_start;
  if (later.has_end) {
    end_ts = later.end_ts;
    ends_in_error = later.ends_in_error;
  }
  has_end |= later.has_end;
  completed |= later.completed;
  has_error |= later.has_error;
}

}  // namespace reel::event
