#include "store/backup_lane.hpp"

#include <algorithm>

#include "catalog/catalog.hpp"
#include "log/arena_mover.hpp"
#include "log/recovery.hpp"

namespace reel::store {
namespace {

class LaneTaker {
 public:
  LaneTaker(const LaneBackup& job, BackupReport& report)
      : job_(job), report_(report), folder_(catalog::lane_directory("", job.lane.number)) {}

  Status run();

 private:
  std::string name_of(std::uint64_t number) const { return catalog::segment_file(folder_, number); }
  bool is_in_earlier(const segment::SegmentSummary& listed) const;
  void count(BackupFiles::Taken taken, std::uint64_t bytes);
  Status take_listed();
  Status take(segment::SegmentSummary listed);
  Status take_open_file(segment::SegmentSummary& listed);
  Status write_unlisted();
  Status write_rest();
  Status move_arena(const log::RecoveryContext& context, writer::SegmentLog& segments);

  const LaneBackup& job_;
  BackupReport& report_;
  const std::string folder_;  // within a store
  catalog::LaneCatalog catalog_;
};

bool LaneTaker::is_in_earlier(const segment::SegmentSummary& listed) const {
  const auto& there = job_.earlier.segments;
  return std::any_of(there.begin(), there.end(), [&](const segment::SegmentSummary& other) {
    return other.number == listed.number && other.segment_id == listed.segment_id &&
           other.bytes == listed.bytes && other.digest == listed.digest &&
           other.sealed == listed.sealed;
  });
}

void LaneTaker::count(BackupFiles::Taken taken, std::uint64_t bytes) {
  const bool linked = taken == BackupFiles::Taken::linked;
  ++(linked ? report_.linked_segments : report_.copied_segments);
  (linked ? report_.linked_bytes : report_.copied_bytes) += bytes;
}

// A compaction has removed the file since the look, which still has it open.
Status LaneTaker::take_open_file(segment::SegmentSummary& listed) {
  const auto& seen = job_.lane.segments;
  const auto at = std::find_if(seen.begin(), seen.end(), [&](const reader::Segment& segment) {
    return segment.in_catalog && segment.number == listed.number;
  });
  if (at == seen.end()) {  // it was not there before: damage, as the look has told
    job_.files.note_missing(name_of(listed.number));
    return {};
  }
  const auto bytes = at->reader->bytes();
  if (!listed.sealed) listed.digest = 0;  // of its torn end, which was not looked at
  Status status = job_.files.write(name_of(listed.number), *bytes, bytes->size());
  if (status.ok()) count(BackupFiles::Taken::copied, bytes->size());
  return status;
}

Status LaneTaker::take(segment::SegmentSummary listed) {
  const auto taken = job_.files.take(name_of(listed.number), is_in_earlier(listed));
  Status status;
  if (taken.ok()) {
    count(*taken, listed.bytes);
    // One that was given up is as durable as its writer could make it.
    if (!listed.sealed) status = job_.context.fs.sync_file(job_.files.path(name_of(listed.number)));
  } else if (taken.error().code == ErrorCode::not_found) {
    status = take_open_file(listed);
  } else {
    return taken.status();
  }
  catalog_.segments.push_back(listed);
  return status;
}

Status LaneTaker::take_listed() {
  for (const segment::SegmentSummary& listed : job_.lane.catalog.segments) {
    if (Status status = take(listed); !status) return status;
  }
  return {};
}

// Files above the last that is listed: no one else may have the name, and they grow.
Status LaneTaker::write_unlisted() {
  for (const reader::Segment& segment : job_.lane.segments) {
    if (segment.in_catalog) continue;
    const std::uint64_t bytes = segment.reader->summary().bytes;
    Status status = job_.files.write(name_of(segment.number), *segment.reader->bytes(), bytes);
    if (!status) return status;
    count(BackupFiles::Taken::copied, bytes);
  }
  return {};
}

Status LaneTaker::move_arena(const log::RecoveryContext& context, writer::SegmentLog& segments) {
  if (job_.lane.arena == nullptr) return {};
  log::SegmentIndex index(context.fs, context.lane_directory);
  for (const auto& listed : segments.catalog().segments) index.add(listed);
  RecoveryReport moved;
  const auto whose = job_.lane.writer_alive ? log::ArenaOf::the_living : log::ArenaOf::the_dead;
  Status status = log::ArenaMover(context, segments, index, moved, whose).move(*job_.lane.arena);
  report_.memory_events += moved.recovered_events;
  return status.ok() ? segments.seal() : status;
}

// What recovery would do with the lane, but that nobody has died.
Status LaneTaker::write_rest() {
  const log::LaneContext& all = job_.context;
  writer::SegmentLogOptions options = all.segments;
  options.lane_directory = job_.files.path(folder_);
  options.store = all.store_uuid;
  options.lane = job_.lane.number;
  const log::RecoveryContext context{
      all.fs, all.clock, all.store, options.lane_directory, all.store_uuid, options.zstd_level};
  catalog_.next_number = job_.lane.catalog.next_number;
  catalog_.clean = false;  // else unlisted files would speak of an old catalog
  writer::SegmentLog segments(all.fs, all.clock, std::move(catalog_), options);
  RecoveryReport found;
  Status status = log::adopt_segments(context, segments, found);
  report_.notes.insert(report_.notes.end(), found.notes.begin(), found.notes.end());
  if (status.ok()) status = move_arena(context, segments);
  if (!status) return status;
  segments.catalog().clean = true;
  segments.catalog().recovery = job_.lane.catalog.recovery;
  return segments.save_catalog();
}

Status LaneTaker::run() {
  Status status = job_.files.make_folder(folder_);
  if (status.ok()) status = take_listed();
  if (status.ok()) status = write_unlisted();
  return status.ok() ? write_rest() : status;
}

}  // namespace

Status back_up_lane(const LaneBackup& job, BackupReport& report) {
  return LaneTaker(job, report).run();
}

}  // namespace reel::store
