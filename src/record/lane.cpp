#include "record/lane.hpp"

#include <algorithm>
#include <chrono>

#include "event/gap.hpp"
#include "record/run.hpp"

namespace reel::record {
namespace {

std::atomic<std::uint64_t> next_lane_id{1};

}  // namespace

Lane::Lane(std::unique_ptr<arena::Arena> arena, const LaneOptions& options, ClockKind clock,
           base::Clock& wall)
    : id_(next_lane_id.fetch_add(1, std::memory_order_relaxed)),
      options_(options),
      forks_(forks_so_far()),
      arena_(std::move(arena)),
      queue_(arena_->header().chunk_count),
      clock_(clock, wall),
      producers_(queue_) {
  for (std::uint32_t i = 0; i < arena_->chunks_reserved(); ++i) queue_.give(i);
}

Lane::~Lane() = default;

bool Lane::forked() const noexcept { return forks_so_far() != forks_; }

Producer* Lane::find_producer() noexcept { return forked() ? nullptr : producers_.find(*this); }

void Lane::retire(Producer& producer) noexcept {
  if (forked()) return;  // the parent's lock may be held for ever here
  if (!closed()) hand_over(producer);
  producers_.give_up(producer);
}

void Lane::hand_over(Producer& producer) noexcept {
  if (producer.chunk == arena::kNoChunk) return;
  producer.header->state.store(static_cast<std::uint32_t>(arena::ChunkState::full),
                               std::memory_order_release);
  queue_.push(producer.handover, producer.chunk);
  producer.chunk = arena::kNoChunk;
  producer.at = producer.end = producer.begin = nullptr;
  producer.header = nullptr;
}

bool Lane::take_chunks(std::span<std::uint32_t> chunks) noexcept {
  while (!queue_.take_many(chunks)) {
    const auto more = arena_->reserve_chunks();
    if (!more || more->count == 0) return queue_.take_many(chunks);
    for (std::uint32_t i = 0; i < more->count; ++i) queue_.give(more->first + i);
  }
  return true;
}

bool Lane::open_chunk(Producer& producer) noexcept {
  std::uint32_t chunk = 0;
  if (!take_chunks(std::span(&chunk, 1))) return false;
  producer.chunk = chunk;
  producer.header = &arena_->chunk_header(chunk);
  producer.begin = producer.at = arena_->chunk(chunk);
  producer.end = producer.begin + arena::kChunkBytes;
  producer.header->order.store(orders_.fetch_add(1, std::memory_order_relaxed),
                               std::memory_order_relaxed);
  producer.header->committed.store(0, std::memory_order_relaxed);
  producer.header->state.store(static_cast<std::uint32_t>(arena::ChunkState::open),
                               std::memory_order_release);
  return true;
}

template <class Try>
bool Lane::with_patience(EventType type, Try attempt) noexcept {
  if (attempt()) return true;
  const bool may_wait = options_.overflow == Overflow::block ||
                        (options_.overflow == Overflow::drop && type != EventType::token);
  if (!may_wait) return false;
  using Steady = std::chrono::steady_clock;
  const auto deadline = Steady::now() + std::chrono::milliseconds(options_.block_deadline_ms);
  constexpr std::uint32_t kSliceMs = 10;
  waiting_.fetch_add(1, std::memory_order_relaxed);
  bool done = false;
  while (!done && !closed() && Steady::now() < deadline) {
    if (waker_) waker_();
    queue_.wait_given(std::min(kSliceMs, options_.block_deadline_ms));
    done = attempt();
  }
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  return done;
}

Append Lane::no_room(detail::RecorderState& stream, EventType type, EventType patience) noexcept {
  if (type == EventType::gap && patience == EventType::token) return Append::dropped;
  if (options_.overflow != Overflow::drop || type != EventType::token) {
    refusals_.fetch_add(1, std::memory_order_relaxed);
    return Append::full;
  }
  arena::StreamSlot& slot = *stream.slot;
  if (!stream.gap_pending) slot.gap_first.store(stream.next_seq, std::memory_order_relaxed);
  slot.gap_count.fetch_add(1, std::memory_order_release);
  stream.gap_pending = true;
  ++stream.next_seq;
  drops_.fetch_add(1, std::memory_order_relaxed);
  return Append::dropped;
}

// The hole since the last recorded event, as a record of its own. The slot keeps declaring it until
// the record is made; meeting both, a reader drops the second by seq.
Append Lane::declare_gap(detail::RecorderState& stream, EventType before) {
  arena::StreamSlot& slot = *stream.slot;
  const std::uint64_t count = slot.gap_count.load(std::memory_order_relaxed);
  std::string parts;
  const EventView gap = event::gap_view(event::kCauseOverflow, count, parts);
  stream.gap_pending = false;
  stream.next_seq -= count;
  const Append answer = put(stream, gap, stamp(stream), false, before);
  if (answer == Append::ok) {
    slot.gap_count.store(0, std::memory_order_release);
  } else {
    stream.gap_pending = true;
    stream.next_seq += count;
  }
  return answer;
}

Append Lane::record(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                    bool ts_is_double) noexcept try {
  return put(stream, event, ts, ts_is_double, event.type);
} catch (...) {  // no memory for a GAP's parts or a list of chunks
  return Append::full;
}

// `patience`: the type whose right to wait for room applies (a GAP waits no longer than the event
// that it precedes).
Append Lane::put(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                 bool ts_is_double, EventType patience) {
  if (closed()) return Append::closed;
  Producer* const producer = this->producer();
  if (producer == nullptr) return forked() ? Append::forked : Append::closed;
  if (stream.gap_pending) {
    const Append answer = declare_gap(stream, event.type);
    // No room for the GAP, so none for this token: it joins those that are declared.
    if (answer == Append::dropped) return no_room(stream, event.type, patience);
    if (answer != Append::ok) return answer;
  }

  const event::FrameParts parts{event.text, event.parts, event.number};
  const std::size_t bytes = event::frame_bytes(parts);
  if (bytes > options_.event_bytes_max) return Append::too_large;
  const std::uint64_t seqs = event.seqs();
  if (seqs == 0 || stream.next_seq > kSeqMax - seqs) return Append::invalid;
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(event.type);
  header.flags = ts_is_double ? event::kTsDouble : 0;
  header.slot = stream.slot_index;
  header.incarnation = stream.incarnation;
  header.seq = stream.next_seq;
  header.ts = ts;

  if (bytes > arena::kChunkBytes) {
    const Append answer = record_run(stream, header, parts, bytes, patience);
    if (answer != Append::ok) return answer;
  } else {
    if (bytes > static_cast<std::size_t>(producer->end - producer->at)) {
      hand_over(*producer);
      if (!with_patience(patience, [&] { return open_chunk(*producer); })) {
        return no_room(stream, event.type, patience);
      }
    }
    event::put_frame(producer->at, header, parts);
    producer->at += bytes;
    producer->header->committed.store(static_cast<std::uint32_t>(producer->at - producer->begin),
                                      std::memory_order_release);
  }
  stream.next_seq += seqs;
  if (event.type != EventType::gap) {
    producer->events.store(producer->events.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
  }
  return Append::ok;
}

// An event larger than a chunk.
Append Lane::record_run(detail::RecorderState& stream, const event::FrameHeader& header,
                        const event::FrameParts& parts, std::size_t bytes, EventType patience) {
  const std::size_t count = run_chunks(bytes);
  if (count > arena_->header().chunk_count) return Append::too_large;
  std::vector<std::uint32_t> chunks(count);
  // The thread's own open chunk is handed over first: the run's events come after its frames.
  Producer& producer = *this->producer();
  hand_over(producer);
  const auto type = static_cast<EventType>(header.type);
  if (!with_patience(patience, [&] { return take_chunks(chunks); })) {
    return no_room(stream, type, patience);
  }

  const std::uint64_t order = orders_.fetch_add(count, std::memory_order_relaxed);
  put_run(*arena_, chunks, order, header, parts, bytes);
  queue_.push(producer.handover, chunks[0]);
  return Append::ok;
}

void Lane::release_stream(detail::RecorderState& stream) noexcept try {
  if (closed() || forked()) return;
  // What was dropped last is recorded now if there is room; else the writer finds it in the slot.
  if (stream.gap_pending) (void)declare_gap(stream, EventType::token);
  stream.slot->last_us = stream.last_us;
  stream.slot->closed_at.store(stream.next_seq, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  released_.push_back(stream.slot_index);
} catch (...) {  // no memory for the list: the slot stays taken until the log is closed
}

void Lane::take_released(std::vector<std::uint32_t>& slots) {
  const std::lock_guard lock(mutex_);
  slots.insert(slots.end(), released_.begin(), released_.end());
  released_.clear();
}

void Lane::give_chunk(std::uint32_t chunk) noexcept {
  arena::ChunkHeader& header = arena_->chunk_header(chunk);
  header.generation.fetch_add(1, std::memory_order_release);
  header.committed.store(0, std::memory_order_relaxed);
  header.state.store(static_cast<std::uint32_t>(arena::ChunkState::free),
                     std::memory_order_release);
  queue_.give(chunk);
}

bool Lane::take_name_chunk(std::uint32_t& chunk) noexcept {
  if (!take_chunks(std::span(&chunk, 1))) return false;
  arena_->chunk_header(chunk).state.store(static_cast<std::uint32_t>(arena::ChunkState::name),
                                          std::memory_order_release);
  return true;
}

}  // namespace reel::record
