#include "record/run.hpp"

#include <algorithm>
#include <cstring>

namespace reel::record {
namespace {

// Writes bytes over the chunks of a run, one after the other.
class RunWriter {
 public:
  RunWriter(arena::Arena& arena, std::span<const std::uint32_t> chunks)
      : arena_(arena), chunks_(chunks) {}

  void put(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
      const std::size_t room = arena::kChunkBytes - used_;
      const std::size_t piece = std::min(room, bytes.size());
      std::memcpy(arena_.chunk(chunks_[index_]) + used_, bytes.data(), piece);
      used_ += piece;
      bytes.remove_prefix(piece);
      if (used_ == arena::kChunkBytes) {
        used_ = 0;
        ++index_;
      }
    }
  }

 private:
  arena::Arena& arena_;
  std::span<const std::uint32_t> chunks_;
  std::size_t index_ = 0, used_ = 0;
};

}  // namespace

void put_run(arena::Arena& arena, std::span<const std::uint32_t> chunks, std::uint64_t order,
             const event::FrameHeader& header, const event::FrameParts& parts,
             std::size_t bytes) noexcept {
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    arena::ChunkHeader& chunk = arena.chunk_header(chunks[i]);
    chunk.committed.store(0, std::memory_order_relaxed);
    chunk.run_bytes = bytes;
    chunk.order.store(order + i, std::memory_order_relaxed);
    chunk.next = i + 1 < chunks.size() ? chunks[i + 1] : arena::kNoChunk;
    chunk.state.store(static_cast<std::uint32_t>(i == 0 ? arena::ChunkState::run_head
                                                        : arena::ChunkState::run_body),
                      std::memory_order_release);
  }
  RunWriter writer(arena, chunks);
  event::for_each_piece(header, parts, [&](std::string_view piece) { writer.put(piece); });
  arena.chunk_header(chunks[0]).committed.store(arena::kChunkBytes, std::memory_order_release);
}

}  // namespace reel::record
