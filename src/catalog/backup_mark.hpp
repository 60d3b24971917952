// STORE/backup: says that a folder was made by a backup, of which store and when. Means nothing to
// who reads or records; a backup that was not finished is known by it.
#pragma once

#include <cstdint>
#include <string>

#include "io/file_system.hpp"
#include "reel/status.hpp"

namespace reel::catalog {

struct BackupMark {
  std::string source;         // path of the store, as it was given
  std::int64_t taken_us = 0;  // when it began
};

inline constexpr const char* kBackupMark = "backup";
std::string backup_mark_file(std::string_view store);
// Errors: not_found, damaged.
Result<BackupMark> load_backup_mark(io::FileSystem& fs, const std::string& store);
Status save_backup_mark(io::FileSystem& fs, const std::string& store, const BackupMark& mark);

}  // namespace reel::catalog
