// The look at a store that a backup is made of: one in which nothing moved.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/file_system.hpp"
#include "reader/store_view.hpp"
#include "reel/reader.hpp"
#include "store/backup_controls.hpp"

namespace reel::store {

struct BackupLook {
  std::shared_ptr<const reader::StoreView> view;
  // Arenas that should be there and cannot be read, and those that are known to be lost.
  std::vector<Damage> damage;
  std::vector<std::string> notes;
};

// Tombstones are taken before and after. busy: the store changes too fast.
Result<BackupLook> look_at_rest(io::FileSystem& fs, const std::string& store,
                                const ReaderOptions& options, BackupControls& controls);

}  // namespace reel::store
