// StreamCursor: stepping over stretches that a snapshot tells of.
#include <algorithm>
#include <utility>

#include "event/frame.hpp"
#include "segment/stream_cursor.hpp"

namespace reel::segment {

std::size_t text_bytes_at(const std::vector<SnapshotEntry>& snapshots, std::uint64_t to_seq) {
  const auto after = std::partition_point(
      snapshots.begin(), snapshots.end(),
      [&](const SnapshotEntry& snapshot) { return snapshot.last_seq <= to_seq; });
  if (after == snapshots.begin()) return 0;
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(std::prev(after)->text_bytes, kRoomBytesMax));
}

void StreamCursor::use_snapshots() {
  if (number_ < file_.streams()) snapshots_ = file_.snapshots(number_);
}

// Steps over the stretch that begins with the next row, if there is one, it ends at `to_seq` or
// before, and what it says can be had. Whatever is wrong with it, the rows are still there.
bool StreamCursor::at_snapshot(std::uint64_t to_seq) {
  const std::uint64_t next = run_->row().seq + 1;
  while (next_snapshot_ < snapshots_.size() && snapshots_[next_snapshot_].first_seq < next) {
    ++next_snapshot_;
  }
  if (next_snapshot_ == snapshots_.size() || !text_known_) return false;
  const SnapshotEntry& entry = snapshots_[next_snapshot_];
  if (entry.first_seq != next || entry.last_seq > to_seq || next < from_seq_) return false;
  if (has_seq_ && next <= seq_) return false;
  // Room at once, for growing by halves touches each page several times.
  if (next_snapshot_++ == 0) text_.reserve(text_bytes_at(snapshots_, to_seq));
  return take_snapshot(entry);
}

bool StreamCursor::take_snapshot(const SnapshotEntry& entry) {
  auto block = file_.data_block(entry.block);
  if (block == nullptr) return false;
  const auto& all = block->snapshots();
  const auto found = std::partition_point(all.begin(), all.end(), [&](const Snapshot& snapshot) {
    return std::pair(snapshot.stream, snapshot.first_seq) < std::pair(number_, entry.first_seq);
  });
  if (found == all.end() || found->stream != number_ || found->first_seq != entry.first_seq ||
      found->last_seq != entry.last_seq) {
    return false;
  }

  // Where reading goes on if it does not work out.
  const std::optional<RunReader> run = run_;
  const Place place{next_link_, block_, block_offset_, next_run_};
  const std::size_t text_bytes = text_.size();
  const bool right = skim(entry.last_seq) && text_.size() == found->text.bytes() &&
                     found->checkpoint_bytes.value_or(0) <= text_.size();
  if (!right) {
    text_.resize(text_bytes);
    go_back(place);
    run_.emplace(*run);
    return false;
  }
  if (found->checkpoint_bytes) {
    checkpoint_bytes_ = static_cast<std::size_t>(*found->checkpoint_bytes);
    checkpoint_.reset();
  }
  hash_ = found->text;
  hashed_bytes_ = text_.size();
  kept_block_ = std::move(block);
  kept_events_ = found->events;
  kept_last_seq_ = entry.last_seq;
  kept_text_ = found->last_text;
  kept_text_from_ = text_bytes;
  return true;
}

void StreamCursor::go_back(const Place& place) {
  next_link_ = place.next_link;
  block_ = place.block;
  block_offset_ = place.block_offset;
  next_run_ = place.next_run;
}

// The texts of the rows from here to `last_seq`, where a run ends. The caller looks whether that is
// all that the snapshot speaks of.
bool StreamCursor::skim(std::uint64_t last_seq) {
  while (status_.ok()) {
    if (!run_->take_texts(text_)) return false;
    run_.reset();
    // The next run may be in a block that is not there yet, or not the stretch's.
    while (block_ == nullptr || next_run_ == block_->run_count() ||
           block_->runs()[next_run_].stream != number_) {
      if (next_link_ == links_.size() || links_[next_link_].block >= stop_before_) return true;
      const std::uint32_t ordinal = links_[next_link_].block;
      auto block = file_.data_block(ordinal);
      if (block == nullptr) return false;
      ++next_link_;
      block_ = std::move(block);
      block_offset_ = file_.block_offset(ordinal);
      next_run_ = block_->find_stream(number_);
    }
    if (block_->runs()[next_run_].first_seq > last_seq) return true;
    run_.emplace(*block_, next_run_++);
  }
  return false;
}

// What the snapshot keeps, in order of seq.
bool StreamCursor::next_kept() {
  const auto frame = event::get_frame(kept_events_);
  if (kept_text_ && (!frame || frame->header.seq > kept_text_->seq)) {
    event_ = {};
    event_.type = EventType::token;
    event_.number = kept_text_->number;
    event_.text = std::string_view(text_).substr(kept_text_from_);
    seq_ = kept_text_->seq;
    kept_text_.reset();
  } else if (frame) {
    kept_events_.remove_prefix(frame->size);
    event_ = frame->event;
    seq_ = frame->header.seq;
  } else {
    kept_block_.reset();
    seq_ = kept_last_seq_;
  }
  has_seq_ = true;
  return kept_block_ != nullptr;
}

}  // namespace reel::segment
