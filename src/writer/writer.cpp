#include "writer/writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "writer/glance.hpp"

namespace reel::writer {
namespace {

using arena::ChunkState;

constexpr std::int64_t kSweepUs = 4'000;        // how often open chunks are looked into
constexpr std::int64_t kSlewUs = 200'000;       // how often the stamp clock follows the wall clock
constexpr std::int64_t kRetryUs = 200'000;      // pause after a failed write
constexpr int kDrainRoundsMax = 8;              // a step must end, however fast threads record
constexpr std::size_t kDrainMax = 64;           // handles a drain
constexpr std::size_t kTokenOverheadBytes = 6;  // a token's share of a block besides its text
constexpr std::size_t kContentRawBytes = 32;    // a content is elided as a rule
constexpr std::size_t kBatchRowsMax = 1 << 18;

bool may_hold_frames(ChunkState state) noexcept {
  return state == ChunkState::open || state == ChunkState::full || state == ChunkState::run_head;
}

}  // namespace

Writer::Writer(record::Lane& lane, SegmentLog& segments, SlotPool& slots, base::Clock& clock,
               WriterOptions options)
    : lane_(lane),
      segments_(segments),
      clock_(clock),
      options_(options),
      order_(lane.arena()),
      chunks_(lane),
      ends_(lane, slots, order_, clock) {
  swept_us_ = synced_us_ = slewed_us_ = clock_.monotonic_us();
}

bool Writer::pressed() const noexcept {
  const std::uint32_t total = lane_.arena().header().chunk_count;
  const std::uint32_t unreserved = total - lane_.arena().chunks_reserved();
  return lane_.under_pressure() || lane_.chunks().free_count() + unreserved < total / 2;
}

Status Writer::step(Demand demand) {
  const std::int64_t now = clock_.monotonic_us();
  busy_ = sync_began_ = sync_ended_ = false;
  if (now - slewed_us_ >= kSlewUs) {
    lane_.clock().slew();
    slewed_us_ = now;
  }
  if (now < retry_us_ && demand == Demand::none) return failure_;

  // Before anything is written: where nothing more can be, it may be to make room.
  Status status = segments_.rotation_due() ? rotate() : Status();
  if (status) status = drain();
  const bool sweep_due = now - swept_us_ >= kSweepUs || demand != Demand::none || pressed();
  if (status && sweep_due) status = sweep();
  const bool old = !rows_.empty() && now - batch_since_us_ >= options_.sync_interval_us;
  if (status && (demand != Demand::none || old || pressed())) status = write_batch();
  if (status) status = end_writes(demand != Demand::none);
  ends_.release(segments_.epoch(), owed_gaps_);
  take_owed_gaps();
  // What is written is made durable, and the catalog saved, also where there is no room for more.
  const bool is_full = !status && status.error().code == ErrorCode::full;
  if (status || is_full) {
    const Status synced = sync(demand == Demand::sync);
    if (status) status = synced;
  }
  retry_us_ = status ? 0 : now + kRetryUs;
  failure_ = status;
  busy_ = busy_ || !in_flight_.empty();
  return status;
}

Status Writer::drain() {
  std::array<std::uint32_t, kDrainMax> handles;
  for (int round = 0; round < kDrainRoundsMax; ++round) {
    const std::size_t count = lane_.chunks().drain(handles);
    for (std::size_t i = 0; i < count; ++i) chunks_.note_delivered(handles[i]);
    for (std::size_t i = 0; i < count; ++i) {
      busy_ = true;
      if (Status status = take_chunk(handles[i]); !status) {
        // The disk refuses. What was drained stays marked; the sweep takes it up again.
        return status;
      }
    }
    if (count < handles.size()) break;
  }
  return {};
}

// In the order in which threads took the chunks, and none that was taken after the look around:
// what one thread recorded is then met in its order, and restoring order has little to do.
Status Writer::sweep() {
  swept_us_ = clock_.monotonic_us();
  arena::Arena& arena = lane_.arena();
  std::vector<std::pair<std::uint64_t, std::uint32_t>> chunks;
  for (std::uint32_t i = 0; i < arena.chunks_reserved(); ++i) {
    const arena::ChunkHeader& header = arena.chunk_header(i);
    if (may_hold_frames(state_of(header))) {
      chunks.emplace_back(header.order.load(std::memory_order_relaxed), i);
    }
  }
  std::sort(chunks.begin(), chunks.end());
  for (const auto& [order, chunk] : chunks) {
    if (Status status = take_chunk(chunk); !status) return status;
  }
  return {};
}

inline void Writer::take_frame(const char* frame, const Glance& g) {
  StreamOrder::Stream& stream = order_.stream(g.slot, g.incarnation);
  if (!order_.take(g.slot, stream, g.seq, g.seq + seqs_of(frame, g))) return;
  add_row(frame, g.slot, g.seq, stream);
  batch_has_gaps_ = batch_has_gaps_ || g.type == EventType::gap;
  batch_raw_bytes_ += g.type == EventType::token
                          ? g.text_bytes + kTokenOverheadBytes
                          : kContentRawBytes + g.size - event::kFrameHeaderBytes - g.text_bytes;
}

Status Writer::take_chunk(std::uint32_t chunk) {
  if (rows_.empty()) batch_since_us_ = clock_.monotonic_us();
  const auto bytes = chunks_.take(
      chunk, [this](const char* frame, const Glance& glance) { take_frame(frame, glance); },
      [this](std::uint32_t slot) { order_.expect(slot); });
  if (!bytes) return {};
  batch_arena_bytes_ += *bytes;
  bytes_in_ += *bytes;
  const bool large = batch_raw_bytes_ >= options_.batch_bytes || rows_.size() >= kBatchRowsMax ||
                     batch_arena_bytes_ >= 16 * options_.batch_bytes;
  return large ? write_batch() : Status();
}

void Writer::take_pending_gaps() {
  ends_.settle_all(owed_gaps_);
  take_owed_gaps();
}

void Writer::take_owed_gaps() {
  for (const std::string& gap : owed_gaps_) {
    const char* const frame = chunks_.keep(gap);
    take_frame(frame, glance(frame));
  }
  owed_gaps_.clear();
}

}  // namespace reel::writer
