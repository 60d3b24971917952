// Opening a lane for writing: from a path to everything that records and writes there, with what an
// earlier end left behind recovered first. One OpenLane at a time, in whatever process: its lock
// sees to that.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "io/file_system.hpp"
#include "log/stream_registry.hpp"
#include "record/lane.hpp"
#include "reel/log.hpp"
#include "writer/segment_log.hpp"
#include "writer/writer.hpp"

namespace reel::log {

// What a Log stands on; tests bring their own.
struct Environment {
  io::FileSystem* fs = nullptr;
  base::Clock* clock = nullptr;
};
Environment system_environment();

// The parts, each standing on those before it.
struct OpenLane {
  segment::Uuid store_uuid;
  std::string directory;
  std::unique_ptr<io::FileLock> lock;
  RecoveryReport recovery;
  std::string arena_path;
  bool arena_on_tmpfs = false;
  std::unique_ptr<writer::SegmentLog> segments;
  std::shared_ptr<record::Lane> lane;
  std::unique_ptr<StreamRegistry> registry;
  std::unique_ptr<writer::Writer> writer;
};

// Errors: no store there and not to be made, another process holds it, the disk.
Result<OpenLane> open_lane(const Environment& environment, const std::string& path,
                           const LogOptions& options);

}  // namespace reel::log
