#include "log/other_slot.hpp"

#include "arena/fence.hpp"
#include "arena/slot_name.hpp"

namespace reel::log {
namespace {

using State = OtherSlot::State;

bool has_name(arena::Arena& arena, const arena::StreamSlot& slot, std::string_view name_space,
              std::string_view id) {
  const auto name =
      arena::slot_name(slot, arena.chunk(0), arena.chunks_reserved(), arena.chunk_bytes());
  return name && name->name_space == name_space && name->id == id;
}

OtherSlot read_once(const arena::StreamSlot& slot, std::uint64_t incarnation) {
  OtherSlot read;
  read.stream.incarnation = incarnation;
  const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_seq_cst);
  if (closed_at == arena::kStreamOpen) {
    read.state = State::held;
  } else if (closed_at == arena::kStreamOpening ||
             slot.gap_count.load(std::memory_order_acquire) != 0 ||
             slot.written_seq.load(std::memory_order_acquire) < closed_at) {
    read.state = State::moving;
    read.opening = closed_at == arena::kStreamOpening;
  } else if (closed_at > 0) {
    read.state = State::at_rest;
    read.stream = {incarnation, slot.ordinal, closed_at,
                   slot.durable_seq.load(std::memory_order_relaxed), slot.last_us};
  }
  return read;
}

}  // namespace

// The incarnation is stored last when a slot is taken, and first when it is given up: the same
// before and after, what was read between is one stream's.
OtherSlot read_other_slot(arena::Arena& arena, std::uint32_t index, std::string_view name_space,
                          std::string_view id) {
  const arena::StreamSlot& slot = arena.slot(index);
  for (;;) {
    const std::uint64_t incarnation = slot.incarnation.load(std::memory_order_seq_cst);
    if (incarnation == 0) return {};
    OtherSlot read;
    if (has_name(arena, slot, name_space, id)) read = read_once(slot, incarnation);
    arena::loads_before_this();
    if (slot.incarnation.load(std::memory_order_seq_cst) == incarnation) return read;
  }
}

}  // namespace reel::log
