// One lane of a store, as a look has seen it, made a lane of a backup: the segments that its
// catalog lists are taken, of the others the front that was seen is written and entered, as
// recovery does it, and events that are in no segment yet go into one more, which is sealed.
#pragma once

#include <cstdint>
#include <optional>

#include "log/lane_recovery.hpp"
#include "reader/store_view.hpp"
#include "reel/backup.hpp"
#include "store/backup_files.hpp"

namespace reel::store {

struct LaneBackup {
  const log::LaneContext& context;  // of the backup
  BackupFiles& files;
  const reader::Lane& lane;
  // What the earlier backup's catalog lists; nothing where there is none.
  const catalog::LaneCatalog& earlier;
};

// What was done is counted in `report`.
Status back_up_lane(const LaneBackup& job, BackupReport& report);

}  // namespace reel::store
