#include "writer/chunk_custody.hpp"

#include <algorithm>
#include <cstring>

namespace reel::writer {

const char* ChunkCustody::gather_run(std::uint32_t head) {
  arena::Arena& arena = lane_.arena();
  const std::uint64_t bytes = arena.chunk_header(head).run_bytes;
  Copy copy{std::make_unique_for_overwrite<char[]>(bytes), head};
  std::uint64_t done = 0;
  for (std::uint32_t i = head; i != arena::kNoChunk; i = arena.chunk_header(i).next) {
    const auto piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes - done, arena::kChunkBytes));
    std::memcpy(copy.bytes.get() + done, arena.chunk(i), piece);
    done += piece;
  }
  return copies_.emplace_back(std::move(copy)).bytes.get();
}

const char* ChunkCustody::keep(std::string_view frame) {
  Copy copy{std::make_unique_for_overwrite<char[]>(frame.size()), arena::kNoChunk};
  std::memcpy(copy.bytes.get(), frame.data(), frame.size());
  return copies_.emplace_back(std::move(copy)).bytes.get();
}

std::uint32_t ChunkCustody::chunk_of(const char* frame) const {
  for (const Copy& copy : copies_) {
    if (copy.bytes.get() == frame) return copy.chunk;
  }
  return static_cast<std::uint32_t>((frame - lane_.arena().chunk(0)) / arena::kChunkBytes);
}

void ChunkCustody::release(std::span<const segment::Row> waiting) {
  std::vector<std::uint32_t> held;
  for (const segment::Row& row : waiting) held.push_back(chunk_of(row.frame));
  std::sort(held.begin(), held.end());
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t chunk : touched_) {
    if (std::binary_search(held.begin(), held.end(), chunk)) {
      kept.push_back(chunk);
      continue;
    }
    Chunk& known = chunks_[chunk];
    known.touched = false;
    const std::uint32_t committed =
        lane_.arena().chunk_header(chunk).committed.load(std::memory_order_acquire);
    if (!known.delivered || known.taken < committed) continue;
    known = {};
    give_back(chunk);
  }
  touched_ = std::move(kept);
  std::erase_if(copies_, [&](const Copy& copy) {
    return std::none_of(waiting.begin(), waiting.end(),
                        [&](const segment::Row& row) { return row.frame == copy.bytes.get(); });
  });
}

// The head of a run first: a reader that finds the head unchanged has copied a whole run.
void ChunkCustody::give_back(std::uint32_t chunk) {
  arena::Arena& arena = lane_.arena();
  std::uint32_t next = state_of(arena.chunk_header(chunk)) == arena::ChunkState::run_head
                           ? arena.chunk_header(chunk).next
                           : arena::kNoChunk;
  lane_.give_chunk(chunk);
  while (next != arena::kNoChunk) {
    const std::uint32_t body = next;
    next = arena.chunk_header(body).next;
    lane_.give_chunk(body);
  }
}

}  // namespace reel::writer
