// How a SegmentLog makes things durable: syncs, sealing, and what is carried over when they fail.
#include <utility>

#include "base/random.hpp"
#include "writer/segment_log.hpp"
#include "writer/segment_sync.hpp"

namespace reel::writer {

// A segment's name is durable before the catalog lists it, and its blocks before its name counts.
void SegmentLog::Sync::run(io::FileSystem& fs, base::Clock& clock,
                           const std::string& directory) noexcept try {
  for (Part& part : parts) {
    if (part.file == nullptr) continue;
    const std::int64_t from = clock.monotonic_us();
    part.status = part.file->sync();
    part.us = clock.monotonic_us() - from;
  }
  if (sync_names) names_status = fs.sync_directory(directory);
  const bool listable = names_status.ok() && (!seals() || parts[kSealing].status.ok());
  if (catalog && listable) catalog_status = catalog::save_catalog(fs, directory, *catalog);
} catch (...) {  // no memory: what was not done is done by the next one
}

Status SegmentLog::begin_part(Sync& sync, std::size_t part, segment::SegmentWriter& segment) {
  auto file = segment.begin_sync();
  if (!file) return file.status();
  sync.parts[part].segment = &segment;
  sync.parts[part].file = std::move(*file);
  ++totals_.syncs;
  return {};
}

Status SegmentLog::begin_sync() {
  if (Status status = rescue(); !status) return status;  // of what an earlier one left
  sync_wanted_ = false;
  auto sync = std::make_unique<Sync>();
  sync->names = names_;
  sync->sync_names = names_ != names_synced_;
  if (sync->sync_names) sync->names_status = Sync::not_done();
  if (!all_listed() || sealing_ != nullptr) {
    sync->catalog = catalog_;
    sync->catalog_changes = catalog_changes_;
    sync->catalog_status = Sync::not_done();
    if (sealing_ != nullptr) sync->catalog->segments.push_back(sealing_summary_);
  }
  if (active_ != nullptr && active_->unsynced_bytes() > 0) {
    if (Status status = begin_part(*sync, Sync::kActive, *active_); !status) return status;
  }
  if (sealing_ != nullptr) {  // at last: it takes the file away
    if (Status status = begin_part(*sync, Sync::kSealing, *sealing_); !status) return status;
  }
  sync_ = std::move(sync);
  runner_->start([this, work = sync_.get()] { work->run(fs_, clock_, options_.lane_directory); });
  return {};
}

std::optional<Status> SegmentLog::poll_sync() {
  if (sync_ != nullptr && !runner_->running()) wait_sync();
  return std::exchange(sync_ended_, std::nullopt);
}

void SegmentLog::wait_sync() {
  if (sync_ == nullptr) return;
  runner_->wait();
  sync_ended_ = end_sync();
}

Status SegmentLog::end_sync() {
  const std::unique_ptr<Sync> sync = std::move(sync_);
  bool lost = false;
  for (Sync::Part& part : sync->parts) {
    if (part.file == nullptr) continue;
    times_.sync.add(static_cast<std::uint64_t>(part.us));
    ++times_.changes;
    if (!part.segment->end_sync(std::move(part.status))) lost = true;
  }
  if (sync->sync_names && sync->names_status.ok()) names_synced_ = sync->names;
  if (sync->catalog && sync->catalog_status.ok()) catalog_saved_ = sync->catalog_changes;
  if (sync->seals() && !sealing_->poisoned()) note_sealed(sync->catalog_status.ok());
  if (lost) {
    // All that was written is carried over and synced, so more is durable than was asked for.
    if (Status status = rescue(); !status) return status;
    return settle_names();
  }
  if (!sync->names_status) return sync->names_status;
  return sync->catalog_status ? undurable_ : sync->catalog_status;
}

// It is durable. `listed`: and the catalog that was saved says so.
void SegmentLog::note_sealed(bool listed) {
  ++totals_.segments_sealed;
  totals_.add(*sealing_);
  catalog_.segments.push_back(sealing_summary_);
  if (!listed) ++catalog_changes_;
  sealing_.reset();
  spare_number_ = 0;
}

Status SegmentLog::sync() {
  wait_sync();
  sync_ended_.reset();
  if (Status status = begin_sync(); !status) return status;
  wait_sync();
  return *std::exchange(sync_ended_, std::nullopt);
}

// What the part of a sync behind the files does, at once.
Status SegmentLog::settle_names() {
  if (names_ != names_synced_) {
    if (Status status = fs_.sync_directory(options_.lane_directory); !status) return status;
    names_synced_ = names_;
  }
  if (!all_listed()) {
    if (Status status = save_catalog(); !status) return status;
  }
  return undurable_;
}

// Carries over what has failed. Whoever reads files in the order of their numbers must meet events
// in theirs: where the segment that is being sealed gets a new number, the active one moves behind
// it first. Not while a sync is under way.
Status SegmentLog::rescue() {
  const bool sealing_failed = sealing_ != nullptr && sealing_->poisoned();
  const bool moves = sealing_failed && spare_number_ == 0;
  if (moves) end_before_rescue();
  if (active_ != nullptr && (active_->poisoned() || moves)) {
    const std::uint64_t spare = moves ? catalog_.next_number++ : spare_number_;
    Status status = carry_over(active_, active_summary_, catalog_.next_number++);
    if (!status) return status;
    spare_number_ = spare;
  }
  if (!sealing_failed) return {};
  const std::uint64_t number = active_ != nullptr ? spare_number_ : catalog_.next_number++;
  if (Status status = carry_over(sealing_, sealing_summary_, number); !status) return status;
  spare_number_ = 0;
  return finish_sealing();
}

// What is on its way to the active segment goes there first.
void SegmentLog::end_before_rescue() {
  if (active_ == nullptr || !append_failed_) return;
  append_failed_ = active_->end_blocks(true);
  note_appended();
  if (!append_failed_) begun_us_.clear();
}

Status SegmentLog::carry_over(std::unique_ptr<segment::SegmentWriter>& segment,
                              segment::SegmentSummary& known, std::uint64_t number) {
  const std::uint64_t id = base::random_nonzero_u64();
  const bool failed = segment->poisoned();
  auto fresh = segment->rescue(fs_, path_of(number), id, number);
  if (!fresh) return fresh.status();
  const std::string old = path_of(known.number);
  (void)(failed ? fs_.rename(old, old + ".failed") : fs_.remove(old));
  segment = std::move(*fresh);
  known.number = number;
  known.segment_id = id;
  ++names_;
  return {};
}

Status SegmentLog::finish_sealing() {
  auto summary = sealing_->finish();
  if (!summary) return summary.status();
  sealing_summary_ = *summary;
  return {};
}

Status SegmentLog::retire() {
  rotation_wanted_ = false;
  sealing_ = std::move(active_);
  sealing_summary_ = active_summary_;
  sealing_epoch_ = epoch_++;
  Status finished = finish_sealing();
  if (finished) return {};
  wait_sync();
  return rescue() ? Status() : finished;
}

// Until no segment is being sealed. How the last sync went is left for poll_sync.
Status SegmentLog::settle_sealing() {
  constexpr int kTriesMax = 4;
  wait_sync();
  for (int i = 0; sealing_ != nullptr; ++i) {
    if (i == kTriesMax) {
      return Error{ErrorCode::io, 0, path_of(sealing_summary_.number), 0,
                   "this segment cannot be made durable; check the disk"};
    }
    if (Status status = begin_sync(); !status) return status;
    wait_sync();
  }
  return {};
}

Status SegmentLog::seal() {
  Status status = settle_sealing();
  if (status && active_ != nullptr) {
    status = retire();
    if (status) status = settle_sealing();
  }
  sync_ended_.reset();
  return status ? settle_names() : status;
}

}  // namespace reel::writer
