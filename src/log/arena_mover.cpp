#include "log/arena_mover.hpp"

#include <algorithm>

#include "catalog/tombstone.hpp"
#include "event/gap.hpp"

namespace reel::log {
namespace {

constexpr std::size_t kRowsABlock = 1 << 16;
constexpr std::size_t kBytesABlock = std::size_t{4} << 20;

}  // namespace

Status ArenaMover::move(const arena::ArenaSnapshot& snapshot) {
  for (const arena::SnapshotStream& stream : snapshot.streams) {
    if (Status status = move_stream(stream); !status) return status;
  }
  return write();
}

Status ArenaMover::move_stream(const arena::SnapshotStream& stream) {
  const auto deleted = catalog::is_deleted(context_.fs, context_.store, stream.incarnation);
  if (!deleted) return deleted.status();
  if (*deleted) return {};
  auto known = index_.find(stream.name_space, stream.id);
  if (!known) return known.status();
  // What came before its slot was taken is another lane's, or in a segment since long.
  std::uint64_t next = stream.first_seq;
  if (*known && (*known)->incarnation == stream.incarnation) {
    next = std::max(next, (*known)->next_seq);
  }
  identity_ = {stream.name_space, stream.id, stream.incarnation, stream.ordinal};
  numbered_ = false;
  bool moved = false;
  for (const arena::SnapshotFrame& frame : stream.frames) {
    const auto decoded = event::get_frame(std::string_view(frame.frame, frame.bytes));
    const std::uint64_t seqs = decoded ? decoded->event.seqs() : 0;
    if (seqs == 0 || frame.seq + seqs <= next) continue;
    if (frame.seq > next) {
      if (whose_ == ArenaOf::the_living && frame.seq > stream.written_seq) break;
      Status status = add_gap(next, frame.seq - next, event::kCauseArenaLost);
      if (!status) return status;
    }
    if (Status status = add(frame.seq, frame.frame, frame.bytes); !status) return status;
    next = frame.seq + seqs;
    if (decoded->event.type != EventType::gap) ++report_.recovered_events;
    moved = true;
  }
  const bool follows = whose_ == ArenaOf::the_dead || stream.gap_first <= next;
  if (stream.gap_count > 0 && stream.gap_first + stream.gap_count > next && follows) {
    Status status = add_gap(stream.gap_first, stream.gap_count, event::kCauseOverflow);
    if (!status) return status;
    moved = true;
  }
  if (moved) ++report_.recovered_streams;
  return {};
}

Status ArenaMover::add(std::uint64_t seq, const char* frame, std::size_t bytes) {
  if (!numbered_) {
    if (Status status = segments_.ensure_open(); !status) return status;
    number_ = segments_.add_stream(identity_);
    numbered_ = true;
  }
  rows_.push_back({number_, seq, frame});
  bytes_ += bytes;
  return rows_.size() >= kRowsABlock || bytes_ >= kBytesABlock ? write() : Status();
}

Status ArenaMover::add_gap(std::uint64_t first, std::uint64_t count, std::string_view cause) {
  event::FrameHeader header;
  header.seq = first;
  header.ts = context_.clock.wall_us();
  const std::string& frame = gaps_.emplace_back(event::gap_frame(header, cause, count));
  return add(first, frame.data(), frame.size());
}

Status ArenaMover::write() {
  if (rows_.empty()) return {};
  Status status = segments_.append(rows_);
  rows_.clear();
  gaps_.clear();
  bytes_ = 0;
  return status;
}

}  // namespace reel::log
