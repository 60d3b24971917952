// What stands beside the lanes in a backup: snapshots that users saved, and tombstones. What is
// deleted meanwhile, and what a refused deletion takes back, must not tear streams and tombstones
// apart: so snapshots are taken before the look at the lanes, tombstones before and after.
#pragma once

#include <cstdint>
#include <set>

#include "base/clock.hpp"
#include "io/file_system.hpp"
#include "reader/store_view.hpp"
#include "reel/backup.hpp"
#include "store/backup_files.hpp"

namespace reel::store {

class BackupControls {
 public:
  BackupControls(io::FileSystem& fs, base::Clock& clock, const std::string& store,
                 BackupFiles& files)
      : fs_(fs), clock_(clock), store_(store), files_(files) {}

  Status take_snapshots();   // once, first of all
  Status take_tombstones();  // before each look
  // After it. false: a deletion was taken back meanwhile, or a compaction has just made it final;
  // another look tells.
  Result<bool> settle(const reader::StoreView& view);
  void count(BackupReport& report) const;

 private:
  Status take_snapshots_of(const std::string& folder);
  Result<bool> take_tombstone(std::uint64_t incarnation);
  Status take_later(std::uint64_t incarnation);
  Result<bool> is_taken_back(std::uint64_t incarnation) const;
  Status drop_refused(const reader::StoreView& view);
  Status drop(std::uint64_t incarnation);

  io::FileSystem& fs_;
  base::Clock& clock_;
  const std::string& store_;
  BackupFiles& files_;
  bool has_folder_ = false;
  std::set<std::uint64_t> tombstones_;  // taken
  std::uint64_t snapshots_ = 0;
};

}  // namespace reel::store
