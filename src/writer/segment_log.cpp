#include "writer/segment_log.hpp"

#include <utility>

#include "base/random.hpp"

namespace reel::writer {

SegmentLog::SegmentLog(io::FileSystem& fs, base::Clock& clock, catalog::LaneCatalog catalog,
                       SegmentLogOptions options)
    : fs_(fs), clock_(clock), catalog_(std::move(catalog)), options_(std::move(options)) {}

std::string SegmentLog::path_of(std::uint64_t number) const {
  return catalog::segment_file(options_.lane_directory, number);
}

Status SegmentLog::save_catalog() {
  Status status = catalog::save_catalog(fs_, options_.lane_directory, catalog_);
  catalog_unsaved_ = !status.ok();
  return status;
}

Status SegmentLog::ensure_open() {
  if (active_ != nullptr) return {};
  segment::SegmentOptions options;
  options.store = options_.store;
  options.segment_id = base::random_nonzero_u64();
  options.lane = options_.lane;
  options.number = catalog_.next_number;
  options.created_us = clock_.wall_us();
  options.elision_key = {base::random_u64(), base::random_u64()};
  options.zstd_level = options_.zstd_level;
  options.snapshot_events = options_.snapshot_events;
  // A file of a number that was tried and failed may be there (full disk): numbers are not reused.
  ++catalog_.next_number;
  auto made = segment::SegmentWriter::create(fs_, path_of(options.number), options);
  if (!made) return made.status();
  active_ = std::move(*made);
  active_summary_ = {};
  active_summary_.number = options.number;
  active_summary_.segment_id = options.segment_id;
  ++names_;
  ++epoch_;
  return {};
}

std::uint32_t SegmentLog::add_stream(const segment::StreamIdentity& identity) {
  return active_->add_stream(identity);
}

Status SegmentLog::append(std::span<segment::Row> rows) {
  Status status = ensure_open();
  // A failed sync left the file poisoned and its rescue failed too: try that again first.
  if (status && active_->poisoned()) status = rescue();
  if (!status) return status;
  status = append_timed(rows);
  if (!status) {
    wait_sync();
    give_up();
    return status;
  }
  ++totals_.blocks;
  return {};
}

void SegmentLog::count_in(Totals& totals) const noexcept {
  if (active_ == nullptr || active_->events() == 0) return;
  totals.bytes += active_->bytes();
  totals.raw_bytes += active_->raw_bytes();
}

SegmentLog::Totals SegmentLog::totals() const noexcept {
  Totals totals = totals_;
  count_in(totals);
  return totals;
}

// Leaves the active segment as it is, at its last whole block.
void SegmentLog::give_up() {
  if (Status settled = active_->settle(); !settled && undurable_.ok()) {
    undurable_ = Error{ErrorCode::io, settled.error().sys_errno, settled.error().file, 0,
                       "neither an append nor the sync after it worked; what this segment holds is "
                       "written but may not survive a power cut"};
  }
  if (active_->events() == 0) {  // nothing in it: a full disk must not fill up with such files
    active_.reset();
    ++epoch_;
    (void)fs_.remove(path_of(active_summary_.number));
    return;
  }
  segment::SegmentSummary summary = active_summary_;
  summary.bytes = active_->bytes();
  summary.events = active_->events();
  summary.streams = active_->streams();
  count_in(totals_);
  active_.reset();
  summary.digest = catalog::torn_digest(fs_, path_of(summary.number), summary.bytes);
  catalog_.segments.push_back(summary);
  ++epoch_;
  (void)save_catalog();  // on a full disk this fails too: recovery finds the file by its name
}

bool SegmentLog::unsynced() const noexcept {
  return !undurable_.ok() || catalog_unsaved_ || names_ != names_synced_ ||
         (active_ != nullptr && active_->unsynced_bytes() > 0);
}

std::uint64_t SegmentLog::unsynced_bytes() const noexcept {
  return active_ == nullptr ? 0 : active_->unsynced_bytes();
}

Status SegmentLog::append_timed(std::span<segment::Row> rows) {
  const std::int64_t from = clock_.monotonic_us();
  Status status = active_->append_block(rows);
  times_.write.add(static_cast<std::uint64_t>(clock_.monotonic_us() - from));
  ++times_.changes;
  return status;
}

void SegmentLog::Sync::run(io::FileSystem& fs, base::Clock& clock,
                           const std::string& directory) noexcept try {
  const std::int64_t from = clock.monotonic_us();
  if (file != nullptr) file_status = file->sync();
  file_us = clock.monotonic_us() - from;
  // File names and the catalog are as durable as the blocks, or the sync has not done its work.
  if (sync_names) names_status = fs.sync_directory(directory);
  if (catalog) catalog_status = catalog::save_catalog(fs, directory, *catalog);
} catch (...) {  // no memory: what was not done yet is done by the next one
  catalog_status = Error{ErrorCode::internal, 0, {}, 0, {}};
}

Status SegmentLog::begin_sync() {
  // An earlier sync left the file poisoned and its rescue failed too: try that again first.
  if (active_ != nullptr && active_->poisoned()) {
    if (Status status = rescue(); !status) return status;
  }
  auto sync = std::make_unique<Sync>();
  if (active_ != nullptr) {
    ++totals_.syncs;
    auto file = active_->begin_sync();
    if (!file) return file.status();
    sync->file = std::move(*file);
  }
  sync->names = names_;
  sync->sync_names = names_ != names_synced_;
  if (catalog_unsaved_) sync->catalog = catalog_;
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
  if (sync->file != nullptr) {
    times_.sync.add(static_cast<std::uint64_t>(sync->file_us));
    ++times_.changes;
  }
  if (sync->names_status.ok() && sync->sync_names) names_synced_ = sync->names;
  if (sync->catalog) catalog_unsaved_ = !sync->catalog_status.ok();
  if (sync->file != nullptr && !active_->end_sync(sync->file_status)) {
    // Everything written is carried over and synced, so more is durable than was asked for.
    if (Status status = rescue(); !status) return status;
    return settle_names();
  }
  if (!sync->names_status) return sync->names_status;
  return sync->catalog_status ? undurable_ : sync->catalog_status;
}

Status SegmentLog::sync() {
  wait_sync();
  sync_ended_.reset();
  if (Status status = begin_sync(); !status) return status;
  wait_sync();
  return *std::exchange(sync_ended_, std::nullopt);
}

// What the part of a sync behind the file does, at once.
Status SegmentLog::settle_names() {
  if (names_ != names_synced_) {
    if (Status status = fs_.sync_directory(options_.lane_directory); !status) return status;
    names_synced_ = names_;
  }
  if (catalog_unsaved_) {
    if (Status status = save_catalog(); !status) return status;
  }
  return undurable_;
}

Status SegmentLog::rescue() {
  const std::uint64_t number = catalog_.next_number++;
  const std::uint64_t id = base::random_nonzero_u64();
  auto fresh = active_->rescue(fs_, path_of(number), id, number);
  if (!fresh) return fresh.status();
  const std::string failed = path_of(active_summary_.number);
  (void)fs_.rename(failed, failed + ".failed");
  active_ = std::move(*fresh);
  active_summary_.number = number;
  active_summary_.segment_id = id;
  ++names_;
  return {};
}

Status SegmentLog::rotate_if_due() {
  if (active_ == nullptr) return {};
  const bool due = active_->bytes() >= options_.segment_bytes_max ||
                   active_->streams() >= options_.segment_streams_max;
  return due ? seal() : Status();
}

Status SegmentLog::seal() {
  wait_sync();
  if (active_ == nullptr) return {};
  auto summary = active_->seal();
  if (!summary) {
    Status failed = summary.status();
    if (Status rescued = rescue(); !rescued) return failed;
    summary = active_->seal();
    if (!summary) return summary.status();
  }
  ++totals_.segments_sealed;
  count_in(totals_);
  catalog_.segments.push_back(*summary);
  active_.reset();
  ++epoch_;
  ++names_;
  catalog_unsaved_ = true;
  return settle_names();
}

}  // namespace reel::writer
