#include "arena/arena_view.hpp"

#include "arena/arena.hpp"
#include "arena/fence.hpp"
#include "arena/slot_name.hpp"

namespace reel::arena {

Result<ArenaView> ArenaView::make(std::string_view bytes, const std::string& path,
                                  const base::Uuid& store, std::uint64_t arena_id) {
  const auto damaged = [&](const char* why) { return Error{ErrorCode::damaged, 0, path, 0, why}; };
  if (bytes.size() < kPageBytes) return damaged("too short for an arena; it is not read");
  const auto& header = *reinterpret_cast<const ArenaHeader*>(bytes.data());
  switch (header_fault(header)) {
    case HeaderFault::none:
      break;
    case HeaderFault::broken:
      return damaged("not an arena; it is not read");
    case HeaderFault::other_version:
      return damaged("an arena of another version of reel; it is not read");
  }
  if (!(header.store == store) || header.arena_id != arena_id) {
    return damaged("the arena belongs to another store; it is left alone");
  }
  if (bytes.size() < arena_file_bytes(header)) {
    return damaged("the arena is shorter than its header says; it is not read");
  }
  return ArenaView(bytes.data(), header);
}

std::optional<SnapshotStream> copy_slot(const ArenaView& view, std::uint32_t index) {
  const StreamSlot& slot = view.slot(index);
  SnapshotStream stream;
  stream.incarnation = slot.incarnation.load(std::memory_order_acquire);
  if (stream.incarnation == 0) return std::nullopt;
  stream.ordinal = slot.ordinal;
  stream.first_seq = slot.first_seq;
  stream.written_seq = slot.written_seq.load(std::memory_order_acquire);
  const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_acquire);
  stream.held = is_held(closed_at);
  stream.opening = closed_at == kStreamOpening;
  // gap_first grows with each new gap, while gap_count is 0: the same before and after, it is the
  // one that was counted.
  do {
    stream.gap_first = slot.gap_first.load(std::memory_order_acquire);
    stream.gap_count = slot.gap_count.load(std::memory_order_acquire);
  } while (slot.gap_first.load(std::memory_order_acquire) != stream.gap_first);
  const auto name = slot_name(slot, view.chunk(0), view.chunks(), view.chunk_bytes());
  if (!name) return std::nullopt;
  stream.name_space = name->name_space;
  stream.id = name->id;
  loads_before_this();
  if (slot.incarnation.load(std::memory_order_relaxed) != stream.incarnation) return std::nullopt;
  return stream;
}

bool copy_run(const ArenaView& view, std::uint32_t head, std::string& copy) {
  std::uint64_t left = view.chunk_header(head).run_bytes;
  if (left > std::uint64_t{view.chunks()} * view.chunk_bytes()) return false;
  copy.reserve(left);
  for (std::uint32_t index = head; left > 0;) {
    if (index >= view.chunks()) return false;
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left, view.chunk_bytes()));
    copy.append(view.chunk(index), piece);
    left -= piece;
    index = view.chunk_header(index).next;
  }
  return true;
}

}  // namespace reel::arena
