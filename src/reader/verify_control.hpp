// The part of verify for what stands beside the lanes: tombstones and saved snapshots.
#pragma once

#include <string>

#include "io/file_system.hpp"
#include "reel/reader.hpp"

namespace reel::reader {

// Every file in STORE/deleted, checked to the last byte. Damage and strangers go into the report.
void check_tombstones(io::FileSystem& fs, const std::string& store, VerifyReport& report);

// Likewise every file below STORE/snapshots.
void check_snapshots(io::FileSystem& fs, const std::string& store, VerifyReport& report);

// And STORE/backup, where there is one.
void check_backup_mark(io::FileSystem& fs, const std::string& store, VerifyReport& report);

}  // namespace reel::reader
