#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "catalog/tombstone.hpp"
#include "reel/control.hpp"
#include "reel/erasure.hpp"
#include "segment/segment_reader.hpp"

namespace reel {
namespace {

class Erasure {
 public:
  Erasure(io::FileSystem& fs, const std::string& path, std::string_view id,
          std::string_view name_space)
      : fs_(fs), path_(path), id_(id), name_space_(name_space) {}

  Result<ErasureReceipt> run(CompactOptions options);

 private:
  Status find_lives();
  Result<bool> is_in_segments() const;
  Status check_files() const;
  Status check_lane_files(const std::string& directory) const;

  io::FileSystem& fs_;
  const std::string& path_;
  const std::string_view id_, name_space_;
  ErasureReceipt receipt_;
};

// Those that a tombstone names.
Status Erasure::find_lives() {
  const auto deleted = catalog::list_deleted(fs_, path_);
  if (!deleted) return deleted.status();
  for (const std::uint64_t incarnation : *deleted) {
    const auto tombstone = catalog::load_tombstone(fs_, path_, incarnation);
    if (!tombstone || tombstone->stream_id != id_ || tombstone->name_space != name_space_) continue;
    receipt_.incarnations.push_back(incarnation);
  }
  return {};
}

Result<bool> Erasure::is_in_segments() const {
  const auto lanes = catalog::list_lanes(fs_, path_);
  if (!lanes) return lanes.status();
  for (const std::uint32_t lane : *lanes) {
    const std::string directory = catalog::lane_directory(path_, lane);
    const auto catalog = catalog::load_catalog(fs_, directory);
    if (!catalog) return catalog.status();
    for (const auto& listed : catalog->segments) {
      const auto reader = segment::SegmentReader::open(
          fs_, catalog::segment_file(directory, listed.number), {.valid_bytes = listed.bytes});
      if (!reader) return reader.status();
      if (!(*reader)->find(name_space_, id_).empty()) return true;
    }
  }
  return false;
}

Status Erasure::check_lane_files(const std::string& directory) const {
  const auto names = fs_.list(directory);
  if (!names) return names.status();
  const auto catalog = catalog::load_catalog(fs_, directory);
  if (!catalog) return catalog.status();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (number ? catalog->is_listed(*number) : name == "catalog" || name == "lock") continue;
    return Error{ErrorCode::contradiction, 0, io::join(directory, name), 0,
                 "this file was set aside, or is not the store's, and may hold some of the stream; "
                 "the segments do not any more. Look at it, remove it, and erase again"};
  }
  return {};
}

Status Erasure::check_files() const {
  const auto lanes = catalog::list_lanes(fs_, path_);
  if (!lanes) return lanes.status();
  for (const std::uint32_t lane : *lanes) {
    if (Status status = check_lane_files(catalog::lane_directory(path_, lane)); !status) {
      return status;
    }
  }
  return {};
}

Result<ErasureReceipt> Erasure::run(CompactOptions options) {
  const auto identity = catalog::load_store(fs_, path_);
  if (!identity) return identity.status();
  const auto deleted = delete_stream(path_, id_, name_space_);
  if (!deleted) return deleted.status();
  if (Status status = find_lives(); !status) return status;
  if (receipt_.incarnations.empty()) {
    return Error{ErrorCode::not_found, 0, path_, 0, "nothing of this stream is in the store"};
  }
  options.retention = {};
  options.dry_run = options.salvage = false;
  options.fresh = true;
  const auto report = compact(path_, options);
  if (!report) return report.status();
  if (!report->notes.empty()) {
    return Error{ErrorCode::busy, 0, path_, 0,
                 "the stream is hidden, but not erased: " + report->notes.front()};
  }
  const auto left = is_in_segments();
  if (!left) return left.status();
  if (*left) {
    return Error{ErrorCode::internal, 0, path_, 0,
                 "a segment still names the stream; please report this bug"};
  }
  if (Status status = check_files(); !status) return status;
  receipt_.store_uuid = catalog::uuid_text(identity->uuid);
  receipt_.name_space = name_space_;
  receipt_.stream_id = id_;
  receipt_.events = report->dropped_events;
  receipt_.segments = report->changed ? report->after.segments : 0;
  receipt_.erased_us = base::system_clock().wall_us();
  return std::move(receipt_);
}

}  // namespace

Result<ErasureReceipt> erase_stream(const std::string& path, std::string_view stream_id,
                                    std::string_view name_space, CompactOptions options) {
  return Erasure(io::posix(), path, stream_id, name_space).run(std::move(options));
}

}  // namespace reel
