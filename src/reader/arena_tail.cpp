#include "reader/arena_tail.hpp"

#include <algorithm>

#include "event/frame.hpp"
#include "event/gap.hpp"

namespace reel::reader {
namespace {

// The seq the first frame must have when nothing before it is in a segment.
std::uint64_t first_expected(const arena::SnapshotStream& stream) {
  if (stream.written_seq == 0 || stream.frames.empty()) return stream.written_seq;
  return std::min(stream.written_seq, stream.frames.front().seq);
}

void add_pending_gap(ArenaTail& tail, const arena::SnapshotStream& stream, bool live) {
  const std::uint64_t first = std::max(stream.gap_first, tail.next_seq);
  if (stream.gap_count == 0 || stream.gap_count > UINT64_MAX - stream.gap_first) return;
  const std::uint64_t end = stream.gap_first + stream.gap_count;
  if (end <= tail.next_seq || (live && stream.gap_first > tail.next_seq)) return;
  tail.gap_parts = std::make_unique<std::string>();
  // Nothing but an overflow declares gaps ahead.
  const EventView view = event::gap_view(event::kCauseOverflow, end - first, *tail.gap_parts);
  tail.facts.note(first, view);
  tail.items.push_back({first, view});
  tail.next_seq = end;
}

}  // namespace

ArenaTail arena_tail(const arena::SnapshotStream& stream, std::uint64_t next_seq, bool in_segments,
                     bool live) {
  ArenaTail tail;
  tail.next_seq = in_segments ? next_seq : first_expected(stream);
  for (const arena::SnapshotFrame& frame : stream.frames) {
    const auto decoded = event::get_frame(std::string_view(frame.frame, frame.bytes));
    if (!decoded) continue;
    const std::uint64_t after = seq_after(frame.seq, decoded->event);
    if (after <= tail.next_seq) continue;
    if (live && frame.seq > tail.next_seq) return tail;
    tail.facts.note(frame.seq, decoded->event);
    tail.items.push_back({frame.seq, decoded->event});
    tail.next_seq = after;
  }
  add_pending_gap(tail, stream, live);
  return tail;
}

}  // namespace reel::reader
