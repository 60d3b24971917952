// How a Lane finds room in the arena, and how long an event waits for it.
#include <algorithm>
#include <chrono>

#include "record/lane.hpp"
#include "record/run.hpp"

namespace reel::record {

// Grows the arena before it goes without: only what is backed by memory counts as reserve.
bool Lane::take_keeping(std::span<std::uint32_t> chunks, Rank rank) noexcept {
  const std::uint32_t keep = chunks_kept_from(rank, reserve_);
  while (!queue_.take_many(chunks, keep)) {
    if (arena_->chunks_reserved() == arena_->header().chunk_count) return false;
    // A TOKEN that is about to be dropped does not ask a full filesystem again and again.
    const std::uint64_t given = queue_.given();
    const bool vain = no_growth_since_.load(std::memory_order_relaxed) == given;
    if (vain && reserve_ != 0 && rank == Rank::token) return false;
    const auto more = arena_->reserve_chunks();
    if (!more) no_growth_since_.store(given, std::memory_order_relaxed);
    if (!more || more->count == 0) return queue_.take_many(chunks, keep);
    for (std::uint32_t i = 0; i < more->count; ++i) queue_.give(more->first + i);
  }
  return true;
}

std::optional<Rank> Lane::take_chunks(std::span<std::uint32_t> chunks, Rank rank) noexcept {
  // While an event of the last rank waits, what comes back is for it.
  if (rank != Rank::last && urgent_.load(std::memory_order_relaxed) != 0) return std::nullopt;
  for (Rank lowest = Rank::token;; lowest = next_rank(lowest)) {
    if (take_keeping(chunks, lowest)) return lowest;
    if (lowest == rank || reserve_ == 0) return std::nullopt;
  }
}

bool Lane::open_chunk(Producer& producer, Rank rank) noexcept {
  std::uint32_t chunk = 0;
  const auto lowest = take_chunks(std::span(&chunk, 1), rank);
  if (!lowest) return false;
  producer.chunk = chunk;
  producer.header = &arena_->chunk_header(chunk);
  producer.begin = producer.at = arena_->chunk(chunk);
  producer.limit = producer.begin + arena::kChunkBytes;
  producer.open_to(*lowest);
  producer.header->order.store(orders_.fetch_add(1, std::memory_order_relaxed),
                               std::memory_order_relaxed);
  producer.header->committed.store(0, std::memory_order_relaxed);
  producer.header->state.store(static_cast<std::uint32_t>(arena::ChunkState::open),
                               std::memory_order_release);
  return true;
}

bool Lane::may_fill(Producer& producer, Rank rank) noexcept {
  if (rank >= producer.rank) return true;
  if (urgent_.load(std::memory_order_relaxed) != 0) return false;
  if (queue_.free_count() <= chunks_kept_from(rank, reserve_)) return false;
  producer.open_to(rank);  // the shortage is over
  return true;
}

template <class Try>
bool Lane::with_patience(Rank rank, Try attempt) noexcept {
  if (attempt()) return true;
  const bool drops = options_.overflow == Overflow::drop;
  if (options_.overflow == Overflow::fail || (drops && rank == Rank::token)) return false;
  using Steady = std::chrono::steady_clock;
  const auto deadline = Steady::now() + std::chrono::milliseconds(options_.block_deadline_ms);
  constexpr std::uint32_t kSliceMs = 10;
  const std::uint32_t urgent = drops && rank == Rank::last ? 1 : 0;
  waiting_.fetch_add(1, std::memory_order_relaxed);
  urgent_.fetch_add(urgent, std::memory_order_relaxed);
  bool done = false;
  for (;;) {
    const std::uint64_t seen = queue_.given();
    done = attempt();
    if (done || closed() || Steady::now() >= deadline) break;
    wake();
    queue_.wait_given(seen, std::min(kSliceMs, options_.block_deadline_ms));
  }
  urgent_.fetch_sub(urgent, std::memory_order_relaxed);
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  return done;
}

// A chunk with too little room is handed over before there is another: where all chunks are open on
// some thread, the writer could give none back otherwise. One that is kept from this event stays.
bool Lane::make_room(Producer& producer, std::size_t bytes, Rank rank) noexcept {
  return with_patience(rank, [&] {
    if (producer.chunk != arena::kNoChunk) {
      if (!may_fill(producer, rank)) return false;
      if (bytes <= producer.room()) return true;
      hand_over(producer);
    }
    return open_chunk(producer, rank);
  });
}

// An event larger than a chunk. False: no room.
bool Lane::record_run(Producer& producer, const event::FrameHeader& header,
                      const event::FrameParts& parts, std::size_t bytes) {
  std::vector<std::uint32_t> chunks(run_chunks(bytes));
  const Rank rank = rank_of(static_cast<EventType>(header.type));
  // The thread's own open chunk is handed over first: the run's events come after its frames.
  const auto attempt = [&] {
    if (producer.chunk != arena::kNoChunk && !may_fill(producer, rank)) return false;
    hand_over(producer);
    return take_chunks(chunks, rank).has_value();
  };
  if (!with_patience(rank, attempt)) return false;
  const std::uint64_t order = orders_.fetch_add(chunks.size(), std::memory_order_relaxed);
  put_run(*arena_, chunks, order, header, parts, bytes);
  queue_.push(producer.handover, chunks[0]);
  rouse();
  return true;
}

}  // namespace reel::record
