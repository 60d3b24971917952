#include "writer/stream_ends.hpp"

#include "event/gap.hpp"

namespace reel::writer {

std::string StreamEnds::owed_gap(std::uint32_t slot_index) {
  const arena::StreamSlot& slot = lane_.arena().slot(slot_index);
  const std::uint64_t count = slot.gap_count.load(std::memory_order_acquire);  // before gap_first
  event::FrameHeader header;
  header.slot = slot_index;
  header.incarnation = static_cast<std::uint32_t>(slot.incarnation.load(std::memory_order_relaxed));
  header.seq = slot.gap_first.load(std::memory_order_relaxed);
  header.ts = clock_.wall_us();
  return event::gap_frame(header, event::kCauseOverflow, count);
}

// Are the dropped events all that is missing before the end of the stream?
bool StreamEnds::owes_gap(std::uint32_t slot_index, std::uint64_t closed_at) {
  const arena::StreamSlot& slot = lane_.arena().slot(slot_index);
  const StreamOrder::Stream& stream = order_[slot_index];
  const std::uint64_t next = stream.known ? stream.next : slot.first_seq;
  return next < closed_at && slot.gap_count.load(std::memory_order_acquire) != 0 &&
         next == slot.gap_first.load(std::memory_order_relaxed);
}

void StreamEnds::release(std::uint64_t epoch, std::vector<std::string>& gaps) {
  lane_.take_released(closing_);
  std::erase_if(closing_, [&](std::uint32_t slot_index) {
    const arena::StreamSlot& slot = lane_.arena().slot(slot_index);
    const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_acquire);
    if (arena::is_held(closed_at)) return true;  // opened again meanwhile
    if (owes_gap(slot_index, closed_at)) {
      gaps.push_back(owed_gap(slot_index));
      return false;
    }
    if (slot.written_seq.load(std::memory_order_relaxed) < closed_at) return false;
    if (slots_.try_free(slot_index, epoch)) order_.forget(slot_index);
    return true;
  });
}

void StreamEnds::settle_all(std::vector<std::string>& gaps) {
  for (std::uint32_t i = 0; i < lane_.arena().slots_reserved(); ++i) {
    const arena::StreamSlot& slot = lane_.arena().slot(i);
    if (slot.incarnation.load(std::memory_order_acquire) == 0) continue;
    if (slot.gap_count.load(std::memory_order_acquire) != 0) gaps.push_back(owed_gap(i));
  }
}

}  // namespace reel::writer
