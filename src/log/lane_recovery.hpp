// Recovery of a whole lane that nobody records in: its lock, its catalog, and what an end left.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "io/file_system.hpp"
#include "reel/log.hpp"
#include "writer/segment_log.hpp"

namespace reel::log {

// What all lanes of a store have in common.
struct LaneContext {
  io::FileSystem& fs;
  base::Clock& clock;
  std::string store;  // the store's folder
  segment::Uuid store_uuid;
  writer::SegmentLogOptions segments;  // but for the lane
};

LaneContext lane_context(io::FileSystem& fs, base::Clock& clock, const std::string& store,
                         const segment::Uuid& store_uuid, const LogOptions& options);

// The segments of a lane whose lock the caller holds, brought up to date.
Result<std::unique_ptr<writer::SegmentLog>> open_segments(const LaneContext& context,
                                                          std::uint32_t lane,
                                                          RecoveryReport& report);

// Was it left unclean?
Result<bool> needs_recovery(io::FileSystem& fs, const std::string& lane_directory);
// Recovers a lane that needs it. busy: somebody holds it by now.
Status recover_lane(const LaneContext& context, std::uint32_t lane, RecoveryReport& report);

}  // namespace reel::log
