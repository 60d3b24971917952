#include "record/lane.hpp"

#include <algorithm>
#include <cstring>

#include "arena/fence.hpp"
#include "event/gap.hpp"
#include "record/run.hpp"

namespace reel::record {
namespace {

using Stream = detail::RecorderState;

std::atomic<std::uint64_t> next_lane_id{1};

// The shortest text of a plain TOKEN whose frame would be above a chunk or `frame_bytes_max`.
std::size_t end_of_plain_texts(std::size_t frame_bytes_max) noexcept {
  const std::size_t most = frame_bytes_max & ~(event::kFrameAlign - 1);
  if (most < event::kFrameHeaderBytes) return 0;
  return std::min<std::size_t>(most - event::kFrameHeaderBytes + 1, arena::kChunkBytes);
}

}  // namespace

Lane::Lane(std::unique_ptr<arena::Arena> arena, const LaneOptions& options, ClockKind clock,
           base::Clock& wall)
    : id_(next_lane_id.fetch_add(1, std::memory_order_relaxed)),
      options_(options),
      forks_(forks_so_far()),
      reserve_(options.overflow == Overflow::drop ? reserve_chunks(arena->header().chunk_count)
                                                  : 0),
      plain_text_end_(end_of_plain_texts(options.event_bytes_max)),
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

void Lane::set_waker(std::function<void()> waker) {
  const std::lock_guard lock(waker_mutex_);
  waker_ = std::move(waker);
}

void Lane::wake() noexcept {
  const std::lock_guard lock(waker_mutex_);
  if (waker_) waker_();
}

// Where a thread and the writer miss each other here, the work waits until the doze is over.
void Lane::rouse() noexcept {
  if (dozing_.load(std::memory_order_seq_cst) && dozing_.exchange(false)) wake();
}

void Lane::hand_over(Producer& producer) noexcept {
  if (producer.chunk == arena::kNoChunk) return;
  producer.header->state.store(static_cast<std::uint32_t>(arena::ChunkState::full),
                               std::memory_order_release);
  queue_.push(producer.handover, producer.chunk);
  rouse();
  producer.chunk = arena::kNoChunk;
  producer.at = producer.end = producer.begin = producer.limit = nullptr;
  producer.header = nullptr;
}

Append Lane::no_room(detail::RecorderState& stream, const EventView& event) noexcept {
  if (closed()) return Append::closed;  // while it waited: nobody would see what is declared now
  if (options_.overflow != Overflow::drop) {
    refusals_.fetch_add(1, std::memory_order_relaxed);
    return Append::full;
  }
  drop(stream, event);
  return Append::dropped;
}

void Lane::drop(detail::RecorderState& stream, const EventView& event) noexcept {
  arena::StreamSlot& slot = *stream.slot;
  if (!stream.is(Stream::gap_pending))
    slot.gap_first.store(stream.next_seq, std::memory_order_release);
  slot.gap_count.fetch_add(event.seqs(), std::memory_order_release);
  stream.set(Stream::gap_pending, true);
  stream.go_on_at(stream.next_seq + event.seqs());
  drops_[static_cast<std::size_t>(event.type)].fetch_add(1, std::memory_order_relaxed);
}

event::FrameHeader Lane::header_of(const detail::RecorderState& stream, EventType type,
                                   std::int64_t ts, bool ts_is_double) const noexcept {
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(type);
  header.flags = ts_is_double ? event::kTsDouble : 0;
  header.slot = stream.slot_index;
  header.incarnation = stream.incarnation;
  header.seq = stream.next_seq;
  header.ts = ts;
  return header;
}

// There is room.
void Lane::put_frame(Producer& producer, const event::FrameHeader& header,
                     const event::FrameParts& parts, std::size_t bytes) noexcept {
  event::put_frame(producer.at, header, parts);
  producer.at += bytes;
  producer.open_to(producer.rank);
  producer.header->committed.store(static_cast<std::uint32_t>(producer.at - producer.begin),
                                   std::memory_order_release);
}

// The hole since the last recorded event, as a record of its own, made only where `bytes_after`
// more fit behind it: else a GAP for each event that is dropped would fill what room there is. The
// slot keeps declaring the hole until the record is made; meeting both, a reader drops the second
// by seq.
bool Lane::declare_gap(Producer& producer, detail::RecorderState& stream, std::size_t bytes_after,
                       Rank rank, event::FrameHeader header) {
  arena::StreamSlot& slot = *stream.slot;
  std::string buffer;
  const EventView gap = event::gap_view(event::kCauseOverflow,
                                        slot.gap_count.load(std::memory_order_relaxed), buffer);
  const event::FrameParts parts{gap.text, gap.parts, gap.number};
  const std::size_t bytes = event::frame_bytes(parts);
  if (bytes + bytes_after > arena::kChunkBytes) bytes_after = 0;
  if (!make_room(producer, bytes + bytes_after, rank)) return false;
  header.seq = slot.gap_first.load(std::memory_order_relaxed);
  put_frame(producer, header, parts, bytes);
  stream.set(Stream::gap_pending, false);
  slot.gap_count.store(0, std::memory_order_release);
  return true;
}

Append Lane::record(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                    bool ts_is_double) noexcept try {
  return stream.is(Stream::redacts) ? record_redacted(stream, event, ts, ts_is_double)
                                    : put(stream, event, ts, ts_is_double);
} catch (...) {  // no memory for a GAP's parts or a list of chunks
  refusals_.fetch_add(1, std::memory_order_relaxed);
  return Append::full;
}

// By the options, or for the part of the arena that events of the type may ever have.
bool Lane::too_large(std::size_t frame_bytes, EventType type) const noexcept {
  const std::uint32_t chunks =
      arena_->header().chunk_count - chunks_kept_from(rank_of(type), reserve_);
  return frame_bytes > options_.event_bytes_max || run_chunks(frame_bytes) > chunks;
}

Append Lane::put(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                 bool ts_is_double) {
  if (closed()) return Append::closed;
  Producer* const producer = this->producer();
  if (producer == nullptr) return forked() ? Append::forked : Append::closed;
  const event::FrameParts parts{event.text, event.parts, event.number};
  const std::size_t bytes = event::frame_bytes(parts);
  const bool run = bytes > arena::kChunkBytes;
  if (too_large(bytes, event.type)) return Append::too_large;
  const std::uint64_t seqs = event.seqs();
  if (seqs == 0 || stream.next_seq > kSeqMax - seqs) return Append::invalid;

  const Rank rank = rank_of(event.type);
  if (stream.is(Stream::gap_pending)) {
    // Redacted events may be older than now, and a GAP is not to be later than what follows it.
    const event::FrameHeader gap = stream.is(Stream::redacts)
                                       ? header_of(stream, EventType::gap, ts, ts_is_double)
                                       : header_of(stream, EventType::gap, stamp(stream), false);
    if (!declare_gap(*producer, stream, run ? 0 : bytes, rank, gap)) return no_room(stream, event);
  }
  const event::FrameHeader header = header_of(stream, event.type, ts, ts_is_double);
  if (run) {
    if (!record_run(*producer, header, parts, bytes)) return no_room(stream, event);
  } else {
    if (!make_room(*producer, bytes, rank)) return no_room(stream, event);
    put_frame(*producer, header, parts, bytes);
  }
  stream.go_on_at(stream.next_seq + seqs);
  if (event.type != EventType::gap) {
    producer->events.store(producer->events.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
  }
  return Append::ok;
}

void Lane::release_stream(detail::RecorderState& stream) noexcept try {
  if (closed() || forked()) return;
  if (stream.is(Stream::redacts)) finish_redaction(stream);
  // What was dropped last is recorded now if there is room; else the writer finds it in the slot.
  Producer* const producer = stream.is(Stream::gap_pending) ? this->producer() : nullptr;
  if (producer != nullptr) {
    (void)declare_gap(*producer, stream, 0, Rank::token,
                      header_of(stream, EventType::gap, stamp(stream), false));
  }
  stream.slot->last_us = stream.last_us;
  stream.slot->closed_at.store(stream.next_seq, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  released_.push_back(stream.slot_index);
  rouse();
} catch (...) {  // no memory for the list: the slot stays taken until the log is closed
}

void Lane::take_released(std::vector<std::uint32_t>& slots) {
  const std::lock_guard lock(mutex_);
  slots.insert(slots.end(), released_.begin(), released_.end());
  released_.clear();
}

// The generation last: a reader that sees the new one sees nothing of the old life any more, and
// one that copied anything of the next life sees that the generation is not what it was.
// What it held is not left lying in memory that may outlive the process: a stream that is erased
// would still be there. Whoever is copying it sees by the generation that it is gone.
void Lane::give_chunk(std::uint32_t chunk) noexcept {
  arena::ChunkHeader& header = arena_->chunk_header(chunk);
  const auto state = static_cast<arena::ChunkState>(header.state.load(std::memory_order_relaxed));
  const bool has_frames = state == arena::ChunkState::open || state == arena::ChunkState::full;
  const std::size_t used =
      has_frames ? header.committed.load(std::memory_order_acquire) : arena::kChunkBytes;
  header.state.store(static_cast<std::uint32_t>(arena::ChunkState::free),
                     std::memory_order_relaxed);
  header.committed.store(0, std::memory_order_relaxed);
  header.generation.fetch_add(1, std::memory_order_release);
  arena::stores_before_this();
  std::memset(arena_->chunk(chunk), 0, used);
  queue_.give(chunk);
}

bool Lane::take_name_chunk(std::uint32_t& chunk) noexcept {
  if (!take_chunks(std::span(&chunk, 1), Rank::middle)) return false;
  arena_->chunk_header(chunk).state.store(static_cast<std::uint32_t>(arena::ChunkState::name),
                                          std::memory_order_release);
  return true;
}

}  // namespace reel::record
