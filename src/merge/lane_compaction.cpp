#include "merge/lane_compaction.hpp"

#include <algorithm>
#include <utility>

#include "merge/journal.hpp"

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
      : fs_(fs), job_(job), cache_(segment::make_block_cache()) {}
  Result<LaneOutcome> run();

 private:
  enum class Fate { kept, deleted, expired };

  Status open_inputs();
  Result<std::unique_ptr<segment::SegmentReader>> open_input(const segment::SegmentSummary& listed);
  void note_damage();
  Fate fate_of(const MergeStream& stream) const;
  void plan();
  Status begin();
  Status note_progress();
  Status merge();
  Status change_over();
  Status tidy();
  bool has_damage(std::uint64_t number) const;
  Journal work() const;
  MergeOptions merge_options();

  io::FileSystem& fs_;
  const LaneJob& job_;
  std::shared_ptr<segment::BlockCache> cache_;
  catalog::LaneCatalog catalog_;
  Inputs inputs_;
  LaneOutcome outcome_;
  Journal journal_;
  std::uint64_t events_ = 0, read_events_ = 0;  // GAPs too
  bool is_merged_ = true;  // all segments were merged before, at this level, and no stream can be
};

Result<std::unique_ptr<segment::SegmentReader>> LaneCompaction::open_input(
    const segment::SegmentSummary& listed) {
  const std::string path = catalog::segment_file(job_.directory, listed.number);
  segment::SegmentOpen open;
  if (!listed.sealed) open.valid_bytes = listed.bytes;
  open.cache = cache_;
  auto reader = segment::SegmentReader::open(fs_, path, open);
  if (!reader.ok()) return reader;
  const segment::SegmentSummary found = (*reader)->summary();
  if (found.segment_id != listed.segment_id ||
      (listed.sealed && (!found.sealed || found.digest != listed.digest))) {
    return Error{ErrorCode::damaged, 0, path, 0, "this is not the segment that the catalog lists"};
  }
  return reader;
}

Status LaneCompaction::open_inputs() {
  for (const segment::SegmentSummary& listed : catalog_.segments) {
    auto reader = open_input(listed);
    if (reader.ok()) {
      is_merged_ &=
          (*reader)->lineage().has_value() && (*reader)->header().zstd_level == job_.zstd_level;
      inputs_.push_back(std::move(*reader));
    } else if (!job_.salvage || reader.error().code == ErrorCode::io) {
      return reader.error();
    } else {
      outcome_.damage.push_back({catalog::segment_file(job_.directory, listed.number), 0,
                                 listed.bytes, reader.error().message});
    }
    ++outcome_.before.segments;
    outcome_.before.bytes += listed.bytes;
  }
  return {};
}

LaneCompaction::Fate LaneCompaction::fate_of(const MergeStream& stream) const {
  if (std::binary_search(job_.deleted.begin(), job_.deleted.end(), stream.identity.incarnation)) {
    return Fate::deleted;
  }
  return journal_.has_cutoff && stream.latest_ms(inputs_) < journal_.cutoff_ms ? Fate::expired
                                                                               : Fate::kept;
}

// What is there, and what of it would go. Reads indexes only.
void LaneCompaction::plan() {
  MergeOrder order(inputs_);
  while (const auto stream = order.next()) {
    const std::uint64_t events = stream->events();
    for (std::span<const MergePart> rest = stream->parts; !rest.empty(); rest = rest.subspan(1)) {
      is_merged_ &= piece_length(rest) == 1;
    }
    ++outcome_.before.streams;
    outcome_.before.events += events;
    events_ += events;
    const Fate fate = fate_of(*stream);
    if (fate == Fate::kept) continue;
    ++(fate == Fate::deleted ? outcome_.deleted_streams : outcome_.expired_streams);
    outcome_.dropped_events += events;
  }
  outcome_.after.streams =
      outcome_.before.streams - outcome_.deleted_streams - outcome_.expired_streams;
  outcome_.after.events = outcome_.before.events - outcome_.dropped_events;
}

Journal LaneCompaction::work() const {
  Journal journal;
  for (const auto& listed : catalog_.segments) {
    journal.inputs.emplace_back(listed.number, listed.segment_id);
  }
  journal.zstd_level = job_.zstd_level;
  journal.block_bytes = job_.block_bytes;
  journal.segment_bytes_max = job_.segment_bytes_max;
  journal.has_cutoff = job_.cutoff_ms.has_value();
  journal.cutoff_ms = job_.cutoff_ms.value_or(0);
  return journal;
}

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
  options.keep = [this](const MergeStream& stream) { return fate_of(stream) == Fate::kept; };
  options.progress = [this](std::uint64_t events) {
    read_events_ += events;
    return !job_.progress || job_.progress(std::min(read_events_, events_), events_);
  };
  options.now_us = job_.now_us;
  options.runner = job_.runner;
  return options;
}

// Sets numbers aside: one for each segment that may be written, and some more.
Status LaneCompaction::begin() {
  constexpr std::uint64_t kSpare = 16;
  const MergeOptions limits = merge_options();
  journal_.first_number = catalog_.next_number;
  journal_.end_number = catalog_.next_number + kSpare +
                        2 * (outcome_.before.bytes / limits.segment_bytes_max) +
                        outcome_.before.streams / limits.segment_streams_max;
  catalog_.voids.push_back({journal_.first_number, journal_.end_number});
  catalog_.next_number = journal_.end_number;
  if (Status s = catalog::save_catalog(fs_, job_.directory, catalog_); !s.ok()) return s;
  return note_progress();
}

// Not of a salvage: what it has passed over must not be taken for all there was by another run, and
// its own next one must meet the damage again, to keep the files.
Status LaneCompaction::note_progress() {
  return job_.salvage ? Status() : save_journal(fs_, job_.directory, journal_);
}

Status LaneCompaction::merge() {
  SegmentMerge merge(fs_, inputs_, merge_options());
  if (!journal_.outputs.empty()) {
    const MergedSegment& last = journal_.outputs.back();
    merge.resume(last.last, last.summary.number + 1);
    for (const MergedSegment& output : journal_.outputs) read_events_ += output.summary.events;
  }
  for (;;) {
    auto written = merge.next_segment();
    if (!written.ok()) return written.error();
    if (!*written) return {};
    journal_.outputs.push_back(**written);
    if (Status s = note_progress(); !s.ok()) return s;
  }
}

// Index pages that are damaged do not stop a reader, which reads the blocks instead; here nothing
// may be gone past that nobody was told of.
void LaneCompaction::note_damage() {
  for (const auto& input : inputs_) {
    const auto& found = input->damage();
    outcome_.damage.insert(outcome_.damage.end(), found.begin(), found.end());
  }
}

bool LaneCompaction::has_damage(std::uint64_t number) const {
  const std::string path = catalog::segment_file(job_.directory, number);
  return std::any_of(outcome_.damage.begin(), outcome_.damage.end(),
                     [&](const Damage& damage) { return damage.file == path; });
}

// From here on the lane holds the new segments. The originals of what was salvaged are kept.
Status LaneCompaction::change_over() {
  if (Status s = fs_.sync_directory(job_.directory); !s.ok()) return s;
  for (const auto& listed : catalog_.segments) {
    catalog_.voids.push_back({listed.number, listed.number + 1, has_damage(listed.number)});
  }
  catalog_.segments.clear();
  for (const MergedSegment& output : journal_.outputs) {
    catalog_.segments.push_back(output.summary);
  }
  return catalog::save_catalog(fs_, job_.directory, catalog_);
}

// Removes what void numbers name, or gives it a name that means nothing to a reader; and the
// numbers.
Status LaneCompaction::tidy() {
  const auto names = fs_.list(job_.directory);
  if (!names.ok()) return names.error();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    const auto* const range = number ? catalog_.find_void(*number) : nullptr;
    if (range == nullptr) continue;
    const std::string path = io::join(job_.directory, name);
    Status s = range->keep ? fs_.rename(path, path + ".damaged") : fs_.remove(path);
    if (!s.ok()) return s;
  }
  if (Status s = remove_journal(fs_, job_.directory); !s.ok()) return s;
  if (Status s = fs_.sync_directory(job_.directory); !s.ok()) return s;
  if (catalog_.voids.empty()) return {};
  catalog_.voids.clear();
  return catalog::save_catalog(fs_, job_.directory, catalog_);
}

Result<LaneOutcome> LaneCompaction::run() {
  auto loaded = catalog::load_catalog(fs_, job_.directory);
  if (!loaded.ok()) return loaded.error();
  catalog_ = *std::move(loaded);
  auto before = load_journal(fs_, job_.directory);
  if (!before.ok()) return before.error();
  journal_ = work();
  outcome_.resumed = *before && !job_.fresh && !job_.salvage && journal_.is_same_work(**before);
  if (outcome_.resumed) journal_ = **std::move(before);

  Status status = open_inputs();
  if (!status.ok()) return status;
  plan();
  const bool has_gain = !is_merged_ || outcome_.dropped_events != 0 || !outcome_.damage.empty();
  if (job_.dry_run || !has_gain) {
    outcome_.changed = has_gain;
    if (!job_.dry_run) status = tidy();
    if (!has_gain) outcome_.after = outcome_.before;
    return status.ok() ? Result<LaneOutcome>(std::move(outcome_)) : status;
  }
  if (!outcome_.resumed) {
    status = tidy();
    if (status.ok()) status = begin();
  }
  if (status.ok()) status = merge();
  note_damage();
  if (status.ok() && !job_.salvage && !outcome_.damage.empty()) {
    const Damage& damage = outcome_.damage.front();
    status = Error{ErrorCode::damaged, 0, damage.file, damage.offset, damage.what + " is damaged"};
  }
  if (status.ok()) status = change_over();
  if (!status.ok()) return status;
  inputs_.clear();
  status = tidy();
  if (!status.ok()) return status;
  for (const MergedSegment& output : journal_.outputs) outcome_.after.bytes += output.summary.bytes;
  outcome_.after.segments = journal_.outputs.size();
  outcome_.changed = true;
  return std::move(outcome_);
}

}  // namespace

Result<LaneOutcome> compact_lane(io::FileSystem& fs, const LaneJob& job) {
  return LaneCompaction(fs, job).run();
}

double cutoff_of(double ttl_ms, double now_ms, double newest_event_ms) {
  return std::min(now_ms, newest_event_ms) - ttl_ms;
}

}  // namespace reel::merge
