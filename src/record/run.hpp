// A run: one event larger than a chunk, laid over several chunks that are linked one to the next.
// It is there whole or not at all: the head's `committed` is stored last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "arena/arena.hpp"
#include "event/frame.hpp"

namespace reel::record {

constexpr std::size_t run_chunks(std::size_t frame_bytes) noexcept {
  return (frame_bytes + arena::kChunkBytes - 1) / arena::kChunkBytes;
}

// Fills the chunks, which are the caller's and enough (run_chunks), with the frame of `bytes`
// bytes, and commits it. `order`: of the first chunk, the others' follow.
void put_run(arena::Arena& arena, std::span<const std::uint32_t> chunks, std::uint64_t order,
             const event::FrameHeader& header, const event::FrameParts& parts,
             std::size_t bytes) noexcept;

}  // namespace reel::record
