// ArenaTail: what a stream's frames in an arena add to what segments hold.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arena/snapshot.hpp"
#include "event/facts.hpp"
#include "reel/event.hpp"

namespace reel::reader {

struct TailItem {
  std::uint64_t seq = 0;
  EventView event;  // points into the snapshot, or into ArenaTail::gap_parts
};

struct ArenaTail {
  std::vector<TailItem> items;  // ascending, nothing twice
  std::uint64_t next_seq = 0;
  event::StreamFacts facts;
  std::unique_ptr<std::string> gap_parts;  // of the pending gap's view
};

// The seq after this event: a GAP stands for several, a broken one for none (EventView::seqs). No
// overflow.
inline std::uint64_t seq_after(std::uint64_t seq, const EventView& event) noexcept {
  const std::uint64_t count = event.type == EventType::gap ? event.seqs() : 1;
  return count > UINT64_MAX - seq ? UINT64_MAX : seq + count;
}

// Frames below `next_seq` (the seq after what segments hold) are dropped: they were written
// meanwhile. `in_segments`: segments hold some of the stream. A snapshot of a live arena is not
// taken in one moment, so what follows a hole is left out if `live`: the next look will show it.
// The gap that was declared last but not recorded yet becomes a GAP at the end.
ArenaTail arena_tail(const arena::SnapshotStream& stream, std::uint64_t next_seq, bool in_segments,
                     bool live);

}  // namespace reel::reader
