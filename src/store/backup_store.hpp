// backup() on any file system.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "io/file_system.hpp"
#include "reel/backup.hpp"

namespace reel::store {

Result<BackupReport> backup_store(io::FileSystem& fs, base::Clock& clock, const std::string& path,
                                  const std::string& out, const BackupOptions& options = {});

}  // namespace reel::store
