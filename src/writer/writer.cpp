#include "writer/writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "writer/glance.hpp"

namespace reel::writer {
namespace {

using arena::ChunkState;

constexpr std::int64_t kSweepUs = 4'000;    // how often open chunks are looked into
constexpr std::int64_t kSlewUs = 200'000;   // how often the stamp clock follows the wall clock
constexpr std::int64_t kRetryUs = 200'000;  // pause after a failed write
constexpr int kDrainRoundsMax = 8;          // a step must end, however fast threads record
constexpr std::size_t kDrainMax = 64;       // handles a drain
constexpr std::uint64_t kUnsyncedBytesMax = std::uint64_t{32} << 20;
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
  busy_ = false;
  if (now - slewed_us_ >= kSlewUs) {
    lane_.clock().slew();
    slewed_us_ = now;
  }
  if (now < retry_us_ && demand == Demand::none) return failure_;

  Status status = drain();
  const bool sweep_due = now - swept_us_ >= kSweepUs || demand != Demand::none || pressed();
  if (status && sweep_due) status = sweep();
  const bool old = !rows_.empty() && now - batch_since_us_ >= options_.sync_interval_us;
  if (status && (demand != Demand::none || old || pressed())) status = write_batch();
  ends_.release(segments_.epoch(), owed_gaps_);
  take_owed_gaps();
  if (status) status = sync(demand == Demand::sync);
  retry_us_ = status ? 0 : now + kRetryUs;
  failure_ = status;
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

Status Writer::take_chunk(std::uint32_t chunk) {
  if (rows_.empty()) batch_since_us_ = clock_.monotonic_us();
  const auto bytes = chunks_.take(
      chunk, [this](const char* frame, const Glance& glance) { take_frame(frame, glance); },
      [this](std::uint32_t slot) { order_.expect(slot); });
  if (!bytes) return {};
  batch_arena_bytes_ += *bytes;
  const bool large = batch_raw_bytes_ >= options_.block_bytes || rows_.size() >= kBatchRowsMax ||
                     batch_arena_bytes_ >= 16 * options_.block_bytes;
  return large ? write_batch() : Status();
}

void Writer::take_frame(const char* frame, const Glance& g) {
  StreamOrder::Stream& stream = order_.stream(g.slot, g.incarnation);
  if (!order_.take(g.slot, stream, g.seq, g.seq + seqs_of(frame, g))) return;
  if (stream.batch != batch_) {
    stream.batch = batch_;
    touched_streams_.push_back(g.slot);
  }
  rows_.push_back({0, g.seq, frame});
  batch_has_gaps_ = batch_has_gaps_ || g.type == EventType::gap;
  batch_raw_bytes_ += g.type == EventType::token
                          ? g.text_bytes + kTokenOverheadBytes
                          : kContentRawBytes + g.size - event::kFrameHeaderBytes - g.text_bytes;
}

// Rows name streams by their number in the active segment, which may be younger than the rows.
void Writer::assign_numbers() {
  arena::Arena& arena = lane_.arena();
  for (segment::Row& row : rows_) {
    const auto slot_index = slot_of(row.frame);
    StreamOrder::Stream& stream = order_[slot_index];
    if (stream.epoch != segments_.epoch()) {
      const arena::StreamSlot& slot = arena.slot(slot_index);
      const std::string_view name = arena.name_of(slot);
      segment::StreamIdentity identity;
      identity.name_space = name.substr(0, slot.name_space_bytes);
      identity.id = name.substr(slot.name_space_bytes);
      identity.incarnation = slot.incarnation.load(std::memory_order_relaxed);
      identity.ordinal = slot.ordinal;
      stream.number = segments_.add_stream(identity);
      stream.epoch = segments_.epoch();
    }
    row.stream = stream.number;
  }
}

Status Writer::write_batch() {
  if (rows_.empty()) {
    chunks_.release({});
    return {};
  }
  std::vector<segment::Row> later;
  if (order_.any_waits()) {
    const auto middle = std::partition(rows_.begin(), rows_.end(), [&](const segment::Row& row) {
      return !order_.waits(slot_of(row.frame), row.seq);
    });
    later.assign(middle, rows_.end());
    rows_.erase(middle, rows_.end());
  }
  Status status = write_rows();
  if (!status) {
    rows_.insert(rows_.end(), later.begin(), later.end());
    return status;
  }
  after_write(later);
  return segments_.rotate_if_due();
}

Status Writer::write_rows() {
  if (rows_.empty()) return {};
  busy_ = true;
  Status status = segments_.ensure_open();
  if (!status) return status;
  assign_numbers();
  return segments_.append(rows_);
}

void Writer::after_write(const std::vector<segment::Row>& later) {
  written_ += rows_.size();
  if (batch_has_gaps_) count_gaps();
  for (const std::uint32_t slot : touched_streams_) {
    lane_.arena().slot(slot).written_seq.store(order_[slot].next, std::memory_order_release);
  }
  chunks_.release(later);
  rows_ = later;
  touched_streams_.clear();
  ++batch_;
  batch_has_gaps_ = false;
  for (const segment::Row& row : later) {
    batch_has_gaps_ = batch_has_gaps_ || type_of(row.frame) == EventType::gap;
    StreamOrder::Stream& stream = order_[slot_of(row.frame)];
    if (stream.batch == batch_) continue;
    stream.batch = batch_;
    touched_streams_.push_back(slot_of(row.frame));
  }
  batch_raw_bytes_ = batch_arena_bytes_ = 0;
  batch_since_us_ = clock_.monotonic_us();
}

void Writer::count_gaps() {
  for (const segment::Row& row : rows_) {
    if (type_of(row.frame) != EventType::gap) continue;
    --written_;
    ++gaps_;
    gap_events_ += seqs_of(row.frame, glance(row.frame));
  }
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

Status Writer::sync(bool demanded) {
  const std::int64_t now = clock_.monotonic_us();
  const bool due = now - synced_us_ >= options_.sync_interval_us && segments_.unsynced();
  if (demanded || due || segments_.unsynced_bytes() >= kUnsyncedBytesMax) {
    const std::uint64_t written = written_;
    if (Status status = segments_.sync(); !status) return status;
    synced_us_ = now;
    durable_ = written;
  } else if (!segments_.unsynced()) {
    durable_ = written_;
  }
  return {};
}

}  // namespace reel::writer
