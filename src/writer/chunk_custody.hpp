// ChunkCustody: what the writer holds of the arena's chunks, and when they go back to the threads.
//
// A row points at its frame in the chunk, or in a copy held here where the frame does not lie in
// one piece. What the rows of a batch lie in is the batch's share. A chunk goes back once its
// thread is done with it, all its frames are taken, and no share of an unwritten batch holds it.
// Used by the writer's thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "record/lane.hpp"
#include "segment/segment_writer.hpp"
#include "writer/glance.hpp"

namespace reel::writer {

inline arena::ChunkState state_of(const arena::ChunkHeader& header) noexcept {
  return static_cast<arena::ChunkState>(header.state.load(std::memory_order_acquire));
}

class ChunkCustody {
 public:
  explicit ChunkCustody(record::Lane& lane)
      : lane_(lane), chunks_(lane.arena().header().chunk_count) {}

  // The queue has delivered the chunk. Only from here on it may go back: a handle that came after
  // its chunk had gone back would speak of whatever the chunk holds by then.
  void note_delivered(std::uint32_t chunk) noexcept { chunks_[chunk].delivered = true; }

  // Calls `take(frame, glance)` for every frame committed since the last look, and `expect(slot)`
  // one frame ahead. Answers the arena's bytes that these were; nullopt when there is nothing to do
  // about the chunk.
  template <class Take, class Expect>
  std::optional<std::size_t> take(std::uint32_t chunk, Take take, Expect expect);

  // A frame of no chunk, copied; lives as rows that point at it do.
  const char* keep(std::string_view frame);

  struct Copy {
    std::unique_ptr<char[]> bytes;
    std::uint32_t chunk;  // where a run begins, or kNoChunk
  };
  struct Share {
    std::vector<std::uint32_t> chunks;
    std::vector<Copy> copies;
  };
  // Of everything taken since the last one; `later` are rows that go into the next.
  Share hand_over(std::span<const segment::Row> later);
  // Its batch is written: gives back the chunks that are done with, and forgets copies.
  void release(Share share);
  // Its batch could not be written, and the rows go into the next share.
  void take_back(Share share);
  // Overwrites what frames of these streams (incarnations, ascending) hold, in chunks that are not
  // free: all that was recorded of them must be written, and their slots given back.
  void clear_frames(std::span<const std::uint64_t> incarnations) noexcept;

 private:
  static constexpr std::size_t kPrefetchBytes = 512;
  struct Chunk {
    std::uint32_t taken = 0;   // bytes taken as rows
    std::uint32_t shares = 0;  // handed over and not released
    bool delivered = false;    // by the queue: its thread is done with it
    bool touched = false;      // it is in touched_
  };
  void touch(std::uint32_t chunk);
  const char* gather_run(std::uint32_t head);
  std::uint32_t chunk_of(const char* frame) const;
  void give_back(std::uint32_t chunk);
  bool is_of(const Glance& frame, std::span<const std::uint64_t> incarnations) const noexcept;

  record::Lane& lane_;
  std::vector<Chunk> chunks_;           // by chunk
  std::vector<std::uint32_t> touched_;  // since the last share, or with rows that wait
  std::vector<Copy> copies_;            // frames that do not lie in one piece, likewise
};

template <class Take, class Expect>
std::optional<std::size_t> ChunkCustody::take(std::uint32_t chunk, Take take, Expect expect) {
  const arena::ChunkHeader& header = lane_.arena().chunk_header(chunk);
  Chunk& known = chunks_[chunk];
  const std::uint32_t committed = header.committed.load(std::memory_order_acquire);
  if (known.taken == committed && !known.delivered) return std::nullopt;
  touch(chunk);
  if (known.taken >= committed) return 0;
  std::size_t bytes = committed - known.taken;
  if (state_of(header) == arena::ChunkState::run_head) {
    const char* const frame = gather_run(chunk);
    bytes += header.run_bytes;
    take(frame, glance(frame));
  } else {
    const char* const base = lane_.arena().chunk(chunk);
    const char* const end = base + committed;
    const char* frame = base + known.taken;
    Glance seen = glance(frame);
    for (;;) {
      const char* const next = frame + seen.size;
      if (next >= end) break;
      __builtin_prefetch(next + kPrefetchBytes);  // another core wrote it
      const Glance ahead = glance(next);
      expect(ahead.slot);
      take(frame, seen);
      frame = next;
      seen = ahead;
    }
    take(frame, seen);
  }
  known.taken = committed;
  return bytes;
}

}  // namespace reel::writer
