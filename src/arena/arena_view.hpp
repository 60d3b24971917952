// ArenaView: the parts of an arena that another process may be writing, read-only, with bounds
// checked once against the mapping; and how a slot and a large event are copied out of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arena/layout.hpp"
#include "arena/snapshot.hpp"
#include "reel/status.hpp"

namespace reel::arena {

class ArenaView {
 public:
  // The bytes must outlive the view. damaged: they are not the arena `arena_id` of `store`.
  static Result<ArenaView> make(std::string_view bytes, const std::string& path,
                                const base::Uuid& store, std::uint64_t arena_id);

  const ArenaHeader& header() const { return *header_; }
  std::uint32_t slots() const {
    return std::min(header_->slots_reserved.load(std::memory_order_acquire), header_->slot_count);
  }
  std::uint32_t chunks() const {
    return std::min(header_->chunks_reserved.load(std::memory_order_acquire), header_->chunk_count);
  }
  const StreamSlot& slot(std::uint32_t i) const {
    return reinterpret_cast<const StreamSlot*>(base_ + slots_offset())[i];
  }
  const ChunkHeader& chunk_header(std::uint32_t i) const {
    return reinterpret_cast<const ChunkHeader*>(base_ +
                                                chunk_headers_offset(header_->slot_count))[i];
  }
  const char* chunk(std::uint32_t i) const {
    return base_ + chunks_offset(header_->slot_count, header_->chunk_count) +
           std::uint64_t{i} * chunk_bytes();
  }
  std::uint32_t chunk_bytes() const { return arena::chunk_bytes(header_->version); }

 private:
  ArenaView(const char* base, const ArenaHeader& header) : base_(base), header_(&header) {}
  const char* base_;
  const ArenaHeader* header_;
};

// One taken slot without its frames, copied while its incarnation stayed the same; nullopt: it is
// free, or changed hands meanwhile.
std::optional<SnapshotStream> copy_slot(const ArenaView& view, std::uint32_t index);

// The pieces of one large event, joined. False when the chain makes no sense (it was given back).
// Counts once the head's generation was seen to be the same before and after.
bool copy_run(const ArenaView& view, std::uint32_t head, std::string& copy);

}  // namespace reel::arena
