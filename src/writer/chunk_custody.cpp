#include "writer/chunk_custody.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

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

void ChunkCustody::touch(std::uint32_t chunk) {
  if (chunks_[chunk].touched) return;
  chunks_[chunk].touched = true;
  touched_.push_back(chunk);
}

ChunkCustody::Share ChunkCustody::hand_over(std::span<const segment::Row> later) {
  std::vector<std::uint32_t> held;
  for (const segment::Row& row : later) held.push_back(chunk_of(row.frame));
  std::sort(held.begin(), held.end());
  Share share;
  share.chunks.swap(touched_);
  for (const std::uint32_t chunk : share.chunks) {
    Chunk& known = chunks_[chunk];
    ++known.shares;
    known.touched = std::binary_search(held.begin(), held.end(), chunk);
    if (known.touched) touched_.push_back(chunk);
  }
  const auto waits = std::partition(copies_.begin(), copies_.end(), [&](const Copy& copy) {
    return std::any_of(later.begin(), later.end(),
                       [&](const segment::Row& row) { return row.frame == copy.bytes.get(); });
  });
  share.copies.assign(std::make_move_iterator(waits), std::make_move_iterator(copies_.end()));
  copies_.erase(waits, copies_.end());
  return share;
}

void ChunkCustody::release(Share share) {
  for (const std::uint32_t chunk : share.chunks) {
    Chunk& known = chunks_[chunk];
    --known.shares;
    if (known.shares != 0 || known.touched) continue;
    const std::uint32_t committed =
        lane_.arena().chunk_header(chunk).committed.load(std::memory_order_acquire);
    if (!known.delivered || known.taken < committed) continue;
    known = {};
    give_back(chunk);
  }
}

void ChunkCustody::take_back(Share share) {
  for (const std::uint32_t chunk : share.chunks) {
    --chunks_[chunk].shares;
    touch(chunk);
  }
  std::move(share.copies.begin(), share.copies.end(), std::back_inserter(copies_));
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

// A frame has the low half of its stream's incarnation. Another stream's may have the same, if it
// has the slot now; one that had it before is written.
bool ChunkCustody::is_of(const Glance& frame,
                         std::span<const std::uint64_t> incarnations) const noexcept {
  const auto half = [](std::uint64_t incarnation) {
    return static_cast<std::uint32_t>(incarnation);
  };
  const std::uint64_t now =
      lane_.arena().slot(frame.slot).incarnation.load(std::memory_order_relaxed);
  return half(now) != frame.incarnation &&
         std::any_of(incarnations.begin(), incarnations.end(),
                     [&](std::uint64_t one) { return half(one) == frame.incarnation; });
}

void ChunkCustody::clear_frames(std::span<const std::uint64_t> incarnations) noexcept {
  arena::Arena& arena = lane_.arena();
  const std::uint32_t chunks = arena.chunks_reserved();
  for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
    const arena::ChunkState state = state_of(arena.chunk_header(chunk));
    if (state != arena::ChunkState::open && state != arena::ChunkState::full) continue;
    char* const base = arena.chunk(chunk);
    for (std::size_t at = 0; at < chunks_[chunk].taken;) {
      const Glance frame = glance(base + at);
      if (is_of(frame, incarnations)) event::clear_frame(base + at);
      at += frame.size;
    }
  }
}

}  // namespace reel::writer
