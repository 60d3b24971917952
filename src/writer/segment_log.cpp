#include "writer/segment_log.hpp"

#include <utility>

#include "base/random.hpp"
#include "writer/segment_sync.hpp"

namespace reel::writer {

SegmentLog::SegmentLog(io::FileSystem& fs, base::Clock& clock, catalog::LaneCatalog catalog,
                       SegmentLogOptions options)
    : fs_(fs),
      clock_(clock),
      catalog_(std::move(catalog)),
      listed_at_first_(catalog_.segments.empty() ? 0 : catalog_.segments.back().number),
      options_(std::move(options)) {}

SegmentLog::~SegmentLog() = default;

std::string SegmentLog::path_of(std::uint64_t number) const {
  return catalog::segment_file(options_.lane_directory, number);
}

Status SegmentLog::save_catalog() {
  Status status = catalog::save_catalog(fs_, options_.lane_directory, catalog_);
  if (!status) ++catalog_changes_;
  if (status) catalog_saved_ = catalog_changes_;
  return status;
}

void SegmentLog::change_catalog(const std::function<void(catalog::LaneCatalog&)>& how) {
  how(catalog_);
  // Whoever clears up does not know of what was set aside meanwhile.
  const bool known = !numbers_ || catalog_.find_void(numbers_->first) != nullptr;
  if (!known) catalog_.voids.push_back(*numbers_);
  ++catalog_changes_;
}

std::optional<catalog::VoidNumbers> SegmentLog::set_numbers_aside(std::uint64_t count) {
  if (!numbers_ && numbers_asked_ == 0) numbers_asked_ = count;
  if (active_ == nullptr) take_asked_numbers();
  const bool sealing = sealing_ != nullptr && numbers_ && sealing_summary_.number < numbers_->first;
  return all_listed() && !sealing ? std::exchange(numbers_, std::nullopt) : std::nullopt;
}

void SegmentLog::take_asked_numbers() {
  if (numbers_asked_ == 0) return;
  numbers_ = {catalog_.next_number, catalog_.next_number + std::exchange(numbers_asked_, 0)};
  catalog_.next_number = numbers_->end;
  catalog_.voids.push_back(*numbers_);
  ++catalog_changes_;
}

Status SegmentLog::ensure_open() {
  if (active_ != nullptr) return {};
  // No file follows one that is not whole.
  if (Status status = rescue(); !status) return status;
  take_asked_numbers();
  segment::SegmentOptions options;
  options.store = options_.store;
  options.segment_id = base::random_nonzero_u64();
  options.lane = options_.lane;
  options.number = catalog_.next_number;
  options.created_us = clock_.wall_us();
  options.elision_key = {base::random_u64(), base::random_u64()};
  options.zstd_level = options_.zstd_level;
  options.snapshot_events = options_.snapshot_events;
  options.block_bytes = options_.block_bytes;
  if (sealing_ != nullptr) {
    options.after_number = sealing_summary_.number;
    options.after_bytes = sealing_summary_.bytes;
  }
  // A file of a number that was tried and failed may be there (full disk): numbers are not reused.
  ++catalog_.next_number;
  auto made = segment::SegmentWriter::create(fs_, path_of(options.number), options, block_runner_);
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

// Not at every block: between two looks the disk cannot fill up by much.
Status SegmentLog::check_room() {
  constexpr std::int64_t kLookUs = 100'000;
  if (disk_reserve_bytes_ == 0) return {};
  const std::int64_t now = clock_.monotonic_us();
  if (room_checked_us_ && now - *room_checked_us_ < kLookUs) return {};
  room_checked_us_.reset();
  const auto space = fs_.space(options_.lane_directory);
  if (!space || space->free_bytes >= disk_reserve_bytes_) {  // a disk that cannot tell
    room_checked_us_ = now;
    return {};
  }
  return Error{ErrorCode::full, 0, options_.lane_directory, 0,
               "less than LogOptions::disk_reserve_bytes is free on this disk; make room, and "
               "writing goes on"};
}

Status SegmentLog::append(std::span<segment::Row> rows) {
  Status status = begin_append(rows);
  const Appends ended = end_appends(true);
  return status ? ended.status : status;
}

Status SegmentLog::begin_append(std::span<segment::Row> rows) {
  Status status = check_room();
  if (status) status = ensure_open();
  // What failed before may be waiting for its rescue: that comes first.
  if (status) status = rescue();
  // And if an append that is on its way has failed meanwhile, so has this one, which comes after.
  if (status) status = append_failed_;
  if (!status) return status;
  begun_us_.push_back(clock_.monotonic_us());
  status = active_->begin_block(rows);
  note_appended();
  return status ? status : fail_append(std::move(status));
}

SegmentLog::Appends SegmentLog::end_appends(bool wait) {
  if (active_ != nullptr && append_failed_) {
    Status status = active_->end_blocks(wait);
    note_appended();
    if (!status) append_failed_ = fail_append(std::move(status));
  }
  return {std::exchange(appended_, 0), std::exchange(append_failed_, Status())};
}

void SegmentLog::note_appended() {
  const std::size_t ended = active_->take_ended();
  for (std::size_t i = 0; i < ended; ++i) {
    times_.write.add(static_cast<std::uint64_t>(clock_.monotonic_us() - begun_us_.front()));
    ++times_.changes;
    begun_us_.pop_front();
  }
  appended_ += ended;
  totals_.blocks += ended;
}

Status SegmentLog::fail_append(Status status) {
  begun_us_.clear();
  wait_sync();
  give_up();
  return status;
}

SegmentLog::Totals SegmentLog::totals() const noexcept {
  Totals totals = totals_;
  if (sealing_ != nullptr) totals.add(*sealing_);
  if (active_ != nullptr && active_->events() != 0) totals.add(*active_);
  return totals;
}

void SegmentLog::Totals::add(const segment::SegmentWriter& segment) noexcept {
  bytes += segment.bytes();
  raw_bytes += segment.raw_bytes();
}

// Leaves the active segment as it is, at its last whole block. Where the one before it cannot be
// sealed it stays, poisoned, until it can be carried over: segments are listed in order.
void SegmentLog::give_up() {
  if (!settle_sealing()) return;
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
  totals_.add(*active_);
  active_.reset();
  summary.digest = catalog::torn_digest(fs_, path_of(summary.number), summary.bytes);
  catalog_.segments.push_back(summary);
  ++epoch_;
  (void)save_catalog();  // on a full disk this fails too: recovery finds the file by its name
}

bool SegmentLog::unsynced() const noexcept {
  return !undurable_.ok() || !all_listed() || names_ != names_synced_ || sealing_ != nullptr ||
         (active_ != nullptr && active_->unsynced_bytes() > 0);
}

std::uint64_t SegmentLog::unsynced_bytes() const noexcept {
  return (sealing_ == nullptr ? 0 : sealing_->unsynced_bytes()) +
         (active_ == nullptr ? 0 : active_->unsynced_bytes());
}

bool SegmentLog::rotation_due() const noexcept {
  return active_ != nullptr &&
         (rotation_wanted_ || active_->bytes() >= options_.segment_bytes_max ||
          active_->streams() >= options_.segment_streams_max);
}

}  // namespace reel::writer
