// The name in a slot that may change hands at any moment: another process's, or a dead one's.
#pragma once

#include <optional>
#include <string_view>

#include "arena/layout.hpp"

namespace reel::arena {

struct SlotName {
  std::string_view name_space, id;
};

// Views of what the slot says now, within the `chunks` chunks of `chunk_bytes` that begin at
// `first_chunk`; nullopt when that makes no sense. They count once the slot's incarnation was seen
// to be the same before and after what they show was read (fence.hpp).
inline std::optional<SlotName> slot_name(const StreamSlot& slot, const char* first_chunk,
                                         std::uint32_t chunks, std::uint32_t chunk_bytes) noexcept {
  const std::uint32_t chunk = slot.name_chunk;
  const std::size_t name_space_bytes = slot.name_space_bytes, id_bytes = slot.id_bytes;
  const bool inside = chunk == kNoChunk;
  if (!inside && chunk >= chunks) return std::nullopt;
  if (name_space_bytes + id_bytes > (inside ? kSlotNameBytes : chunk_bytes)) return std::nullopt;
  const char* const name = inside ? slot.name : first_chunk + std::uint64_t{chunk} * chunk_bytes;
  return SlotName{{name, name_space_bytes}, {name + name_space_bytes, id_bytes}};
}

}  // namespace reel::arena
