#include "store/backup_controls.hpp"

#include <algorithm>

#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"

namespace reel::store {

// Before the look, so that no snapshot is of an event that the backup has not.
Status BackupControls::take_snapshots() {
  const auto folders = fs_.list(catalog::snapshots_directory(store_));
  if (!folders && folders.error().code == ErrorCode::not_found) return {};
  if (!folders) return folders.status();
  Status status = files_.make_folder(catalog::snapshots_directory(""));
  for (const std::string& folder : *folders) {
    if (!status) return status;
    if (catalog::is_snapshot_folder(folder)) status = take_snapshots_of(folder);
  }
  return status;
}

Status BackupControls::take_snapshots_of(const std::string& folder) {
  const std::string inside = io::join(catalog::snapshots_directory(""), folder);
  const auto names = fs_.list(io::join(store_, inside));
  if (!names && names.error().code == ErrorCode::not_found) return {};  // deleted meanwhile
  if (!names) return names.status();
  if (Status status = files_.make_folder(inside); !status) return status;
  for (const std::string& name : *names) {
    if (!catalog::parse_snapshot_name(name)) continue;
    const auto taken = files_.take(io::join(inside, name));
    if (taken.ok()) ++snapshots_;
    if (!taken && taken.error().code != ErrorCode::not_found) return taken.status();
  }
  return {};
}

// Answers whether it was there to be taken.
Result<bool> BackupControls::take_tombstone(std::uint64_t incarnation) {
  if (tombstones_.contains(incarnation)) return false;
  if (!has_folder_) {
    Status status = files_.make_folder(catalog::deleted_directory(""));
    if (!status) return status;
    has_folder_ = true;
  }
  const auto taken = files_.take(catalog::tombstone_file("", incarnation));
  if (!taken && taken.error().code == ErrorCode::not_found) return false;
  if (!taken) return taken.status();
  tombstones_.insert(incarnation);
  return true;
}

Status BackupControls::take_tombstones() {
  const auto deleted = catalog::list_deleted(fs_, store_);
  if (!deleted) return deleted.status();
  for (const std::uint64_t incarnation : *deleted) {
    const auto taken = take_tombstone(incarnation);
    if (!taken) return taken.status();
  }
  return {};
}

// Deleted during the look. Its snapshots were taken before that.
Status BackupControls::take_later(std::uint64_t incarnation) {
  const auto taken = take_tombstone(incarnation);
  if (!taken || !*taken) return taken.status();
  const auto tombstone = catalog::load_tombstone(fs_, files_.folder(), incarnation);
  if (!tombstone) return {};  // damaged: it hides the stream nevertheless
  return catalog::SavedSnapshots(fs_, files_.folder(), tombstone->name_space, tombstone->stream_id)
      .drop();
}

// Of a tombstone that is gone. What is old was no deletion that is still refused: a compaction has
// dropped the stream, which the look may have seen before that.
Result<bool> BackupControls::is_taken_back(std::uint64_t incarnation) const {
  constexpr std::int64_t kSettledUs = 60'000'000;
  const auto tombstone = catalog::load_tombstone(fs_, files_.folder(), incarnation);
  if (!tombstone && tombstone.error().code != ErrorCode::damaged) return tombstone.status();
  return tombstone.ok() && tombstone->deleted_us > clock_.wall_us() - kSettledUs;
}

Status BackupControls::drop(std::uint64_t incarnation) {
  tombstones_.erase(incarnation);
  return catalog::remove_tombstone(fs_, files_.folder(), incarnation);
}

// A stream that a Recorder still held after its tombstone was seen: that deletion will be refused.
Status BackupControls::drop_refused(const reader::StoreView& view) {
  for (const reader::Lane& lane : view.lanes) {
    if (!lane.writer_alive || lane.arena == nullptr) continue;
    for (const arena::SnapshotStream& stream : lane.arena->streams) {
      if (!stream.held || !tombstones_.contains(stream.incarnation)) continue;
      if (Status status = drop(stream.incarnation); !status) return status;
    }
  }
  return {};
}

Result<bool> BackupControls::settle(const reader::StoreView& view) {
  const auto deleted = catalog::list_deleted(fs_, store_);
  if (!deleted) return deleted.status();
  bool settled = true;
  for (const std::uint64_t incarnation : std::set(tombstones_)) {
    if (std::binary_search(deleted->begin(), deleted->end(), incarnation)) continue;
    const auto taken_back = is_taken_back(incarnation);
    if (!taken_back) return taken_back.status();
    if (!*taken_back) continue;
    settled = false;
    if (Status status = drop(incarnation); !status) return status;
  }
  for (const std::uint64_t incarnation : *deleted) {
    if (Status status = take_later(incarnation); !status) return status;
  }
  if (Status status = drop_refused(view); !status) return status;
  return settled;
}

void BackupControls::count(BackupReport& report) const {
  report.deleted_streams = tombstones_.size();
  report.saved_snapshots = snapshots_;
}

}  // namespace reel::store
