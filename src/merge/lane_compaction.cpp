#include "merge/lane_compaction.hpp"

#include <algorithm>
#include <utility>

#include "merge/journal.hpp"
#include "merge/lane_plan.hpp"

namespace reel::merge {
namespace {

// Shares of the memory: the events of a group, which the encoder and the compressor want again, and
// what is known of the streams of the segment that is written.
constexpr std::size_t kGroupShare = 12, kStreamsShare = 5, kStreamBytes = 512;
constexpr std::size_t kGroupBytesMin = std::size_t{1} << 20, kGroupBytesMax = std::size_t{64} << 20;
constexpr std::size_t kStreamsMin = 1000;

class LaneCompaction {
 public:
  LaneCompaction(io::FileSystem& fs, const LaneJob& job)
      : fs_(fs),
        job_(job),
        own_catalog_(fs, job.directory),
        catalog_(job.catalog != nullptr ? *job.catalog : own_catalog_),
        plan_(fs, job) {}
  Result<LaneOutcome> run();
  Status tidy();

 private:
  std::optional<Journal> work(std::optional<Journal> before);
  Status begin();
  Status note_progress();
  Status write();
  Status merge();
  Status check_damage();
  Status change_over();
  MergeOptions merge_options();

  io::FileSystem& fs_;
  const LaneJob& job_;
  OwnCatalog own_catalog_;
  CatalogAccess& catalog_;
  LanePlan plan_;
  Journal journal_;
  std::uint64_t read_events_ = 0;  // GAPs too
};

MergeOptions LaneCompaction::merge_options() {
  MergeOptions options;
  options.lane_directory = job_.directory;
  options.first_number = journal_.first_number;
  options.end_number = journal_.end_number;
  options.segment.store = job_.store;
  options.segment.lane = job_.lane;
  options.segment.zstd_level = job_.zstd_level;
  options.segment.snapshot_events = job_.snapshot_events;
  options.segment.block_bytes = job_.block_bytes;
  options.segment_bytes_max = job_.segment_bytes_max;
  const std::size_t streams = std::clamp<std::size_t>(
      job_.memory_bytes_max / kStreamsShare / kStreamBytes, kStreamsMin, UINT32_MAX / 2);
  options.segment_streams_max = job_.segment_streams_max != 0 ? job_.segment_streams_max
                                                              : static_cast<std::uint32_t>(streams);
  options.group_bytes =
      std::clamp(job_.memory_bytes_max / kGroupShare, kGroupBytesMin, kGroupBytesMax);
  options.strict = !job_.salvage;
  options.fate = [this](const MergeStream& stream) { return plan_.fate_of(stream); };
  options.progress = [this](std::uint64_t events) {
    read_events_ += events;
    return !job_.progress || job_.progress(std::min(read_events_, plan_.events()), plan_.events());
  };
  options.now_us = job_.now_us;
  options.runner = job_.runner;
  return options;
}

// Sets numbers aside, where that was not done before.
Status LaneCompaction::begin() {
  if (job_.numbers) {
    journal_.first_number = job_.numbers->first;
    journal_.end_number = job_.numbers->end;
    return note_progress();
  }
  const MergeOptions limits = merge_options();
  const std::uint64_t count =
      numbers_needed(plan_.listed(), limits.segment_bytes_max, limits.segment_streams_max);
  Status status = catalog_.change([&](catalog::LaneCatalog& catalog) {
    journal_.first_number = catalog.next_number;
    journal_.end_number = catalog.next_number += count;
    catalog.voids.push_back({journal_.first_number, journal_.end_number});
  });
  return status.ok() ? note_progress() : status;
}

// Not of a salvage: what it has passed over must not be taken for all there was by another run, and
// its own next one must meet the damage again, to keep the files.
Status LaneCompaction::note_progress() {
  return job_.salvage ? Status() : save_journal(fs_, job_.directory, journal_);
}

Status LaneCompaction::merge() {
  SegmentMerge merge(fs_, plan_.inputs(), merge_options());
  const std::vector<std::uint64_t> expired_before = journal_.expired;
  if (!journal_.outputs.empty()) {
    const MergedSegment& last = journal_.outputs.back();
    merge.resume(last.last, last.summary.number + 1);
    for (const MergedSegment& output : journal_.outputs) read_events_ += output.summary.events;
  }
  for (;;) {
    auto written = merge.next_segment();
    if (!written.ok()) return written.error();
    journal_.expired = expired_before;
    journal_.expired.insert(journal_.expired.end(), merge.expired().begin(), merge.expired().end());
    if (!*written) return {};
    journal_.outputs.push_back(**written);
    if (Status s = note_progress(); !s.ok()) return s;
  }
}

Status LaneCompaction::check_damage() {
  plan_.note_damage();
  if (job_.salvage || plan_.outcome().damage.empty()) return {};
  const Damage& damage = plan_.outcome().damage.front();
  return Error{ErrorCode::damaged, 0, damage.file, damage.offset, damage.what + " is damaged"};
}

// From here on the lane holds the new segments. The originals of what was salvaged are kept.
Status LaneCompaction::change_over() {
  const auto& gone = job_.only_drop ? plan_.unneeded() : plan_.listed();
  std::vector<std::uint64_t> expired =
      job_.only_drop ? plan_.expired_in_unneeded() : journal_.expired;
  std::sort(expired.begin(), expired.end());
  if (job_.confirm && !expired.empty()) {
    if (Status s = job_.confirm(expired); !s.ok()) return s;
  }
  if (Status s = fs_.sync_directory(job_.directory); !s.ok()) return s;
  LaneOutcome& outcome = plan_.outcome();
  outcome.merged = gone;
  for (const MergedSegment& output : journal_.outputs) outcome.written.push_back(output.summary);
  return catalog_.change_segments(
      [&](catalog::LaneCatalog& catalog) {
        std::erase_if(catalog.segments, [&](const auto& one) {
          return std::any_of(gone.begin(), gone.end(),
                             [&](const auto& listed) { return listed.number == one.number; });
        });
        for (const auto& listed : gone) {
          catalog.voids.push_back(
              {listed.number, listed.number + 1, plan_.has_damage(listed.number)});
        }
        const auto& written = outcome.written;
        catalog.segments.insert(catalog.segments.end(), written.begin(), written.end());
        std::sort(catalog.segments.begin(), catalog.segments.end(),
                  [](const auto& a, const auto& b) { return a.number < b.number; });
      },
      expired);
}

// Removes what void numbers name, or gives it a name that means nothing to a reader; and the
// numbers.
Status LaneCompaction::tidy() {
  const auto catalog = catalog_.load();
  if (!catalog) return catalog.status();
  const auto names = fs_.list(job_.directory);
  if (!names.ok()) return names.error();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    const auto* const range = number ? catalog->find_void(*number) : nullptr;
    if (range == nullptr) continue;
    const std::string path = io::join(job_.directory, name);
    Status s = range->keep ? fs_.rename(path, path + ".damaged") : fs_.remove(path);
    if (!s.ok()) return s;
  }
  if (Status s = remove_journal(fs_, job_.directory); !s.ok()) return s;
  if (Status s = fs_.sync_directory(job_.directory); !s.ok()) return s;
  if (catalog->voids.empty()) return {};
  return catalog_.change([](catalog::LaneCatalog& now) { now.voids.clear(); });
}

// What is to be done, with what was done of it before.
std::optional<Journal> LaneCompaction::work(std::optional<Journal> before) {
  for (const auto& listed : plan_.listed()) {
    journal_.inputs.emplace_back(listed.number, listed.segment_id);
  }
  journal_.zstd_level = job_.zstd_level;
  journal_.block_bytes = job_.block_bytes;
  journal_.segment_bytes_max = job_.segment_bytes_max;
  journal_.retention = job_.retention_digest;
  bool goes_on =
      before && !job_.fresh && !job_.salvage && !job_.only_drop && journal_.is_same_work(*before);
  // A stream that went then, and is younger now, would be lost.
  for (std::size_t i = 0; goes_on && i < before->expired.size(); ++i) {
    goes_on =
        job_.retention != nullptr && job_.retention->fate(before->expired[i]) == Fate::expired;
  }
  return goes_on ? before : std::optional<Journal>();
}

// The new segments, if there shall be any.
Status LaneCompaction::write() {
  if (job_.only_drop) return {};
  if (!plan_.outcome().resumed) {
    // What was set aside for this one is not an earlier one's leaving.
    Status status = job_.numbers ? Status() : tidy();
    if (status.ok()) status = begin();
    if (!status.ok()) return status;
  }
  const Status status = merge();
  const Status damage = check_damage();
  return status.ok() ? damage : status;
}

Result<LaneOutcome> LaneCompaction::run() {
  auto catalog = catalog_.load();
  if (!catalog.ok()) return catalog.error();
  auto before = load_journal(fs_, job_.directory);
  if (!before.ok()) return before.error();
  Status status = plan_.make(*catalog);
  if (!status.ok()) return status;
  LaneOutcome& outcome = plan_.outcome();
  if (auto done = work(*std::move(before))) {
    outcome.resumed = true;
    journal_ = *std::move(done);
  }

  outcome.changed = plan_.has_gain();
  if (job_.dry_run || !outcome.changed) {
    if (!job_.dry_run) status = tidy();
    if (!outcome.changed) outcome.after = outcome.before;
    return status.ok() ? Result<LaneOutcome>(std::move(outcome)) : status;
  }
  status = write();
  if (status.ok()) status = change_over();
  // What was written leaves out streams that are recorded again: it cannot be used.
  if (!status.ok() && status.error().code == ErrorCode::busy) {
    (void)remove_journal(fs_, job_.directory);
  }
  if (!status.ok()) return status;
  plan_.close();
  status = tidy();
  // Stopped now, it is done all the same; the next one tidies up.
  if (!status.ok() && status.error().code != ErrorCode::closed) return status;
  outcome.after.segments = outcome.before.segments + outcome.written.size() - outcome.merged.size();
  outcome.after.bytes = outcome.before.bytes;
  for (const auto& gone : outcome.merged) outcome.after.bytes -= gone.bytes;
  for (const auto& written : outcome.written) outcome.after.bytes += written.bytes;
  return std::move(outcome);
}

}  // namespace

std::uint64_t numbers_needed(std::span<const segment::SegmentSummary> segments,
                             std::uint64_t segment_bytes_max, std::uint32_t segment_streams_max) {
  constexpr std::uint64_t kSpare = 16;
  std::uint64_t bytes = 0, streams = 0;
  for (const auto& segment : segments) {
    bytes += segment.bytes;
    streams += segment.streams;
  }
  return kSpare + 2 * (bytes / segment_bytes_max) + streams / segment_streams_max;
}

Result<LaneOutcome> compact_lane(io::FileSystem& fs, const LaneJob& job) {
  return LaneCompaction(fs, job).run();
}

Status tidy_lane(io::FileSystem& fs, const LaneJob& job) { return LaneCompaction(fs, job).tidy(); }

}  // namespace reel::merge
