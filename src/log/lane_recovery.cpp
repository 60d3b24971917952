#include "log/lane_recovery.hpp"

#include "catalog/catalog.hpp"
#include "log/recovery.hpp"

namespace reel::log {
Result<bool> needs_recovery(io::FileSystem& fs, const std::string& directory) {
  const auto catalog = catalog::load_catalog(fs, directory);
  if (!catalog) return catalog.status();
  const auto ref = catalog::load_arena_ref(fs, directory);
  if (!ref && ref.error().code != ErrorCode::not_found) return ref.status();
  return !catalog->clean || ref.ok();
}

LaneContext lane_context(io::FileSystem& fs, base::Clock& clock, const std::string& store,
                         const segment::Uuid& store_uuid, const LogOptions& options) {
  LaneContext context{fs, clock, store, store_uuid, {}};
  context.segments.segment_bytes_max = options.segment_bytes_max;
  context.segments.segment_streams_max = options.segment_streams_max;
  context.segments.zstd_level = options.zstd_level;
  context.segments.snapshot_events = options.snapshot_events;
  context.segments.block_bytes = options.block_bytes;
  return context;
}

Result<std::unique_ptr<writer::SegmentLog>> open_segments(const LaneContext& context,
                                                          std::uint32_t lane,
                                                          RecoveryReport& report) {
  writer::SegmentLogOptions options = context.segments;
  options.lane_directory = catalog::lane_directory(context.store, lane);
  options.store = context.store_uuid;
  options.lane = lane;
  const RecoveryContext recovery{context.fs,         context.clock,
                                 context.store,      options.lane_directory,
                                 context.store_uuid, options.zstd_level};
  auto catalog = catalog::load_catalog(context.fs, options.lane_directory);
  if (!catalog) return catalog.status();
  auto segments = std::make_unique<writer::SegmentLog>(context.fs, context.clock,
                                                       *std::move(catalog), std::move(options));
  if (Status status = recover(recovery, *segments, report); !status) return status;
  return segments;
}

Status recover_lane(const LaneContext& context, std::uint32_t lane, RecoveryReport& report) {
  const std::string directory = catalog::lane_directory(context.store, lane);
  const auto needed = needs_recovery(context.fs, directory);
  if (!needed || !*needed) return needed.status();
  const auto lock = context.fs.lock(catalog::lock_file(directory));
  if (!lock) return lock.status();
  return open_segments(context, lane, report).status();
}

}  // namespace reel::log
