// verify: every byte of every file of a store against its checksums and meaning.
#include <algorithm>

#include "catalog/backup_mark.hpp"
#include "reader/verify_control.hpp"
#include "reader/verify_lane.hpp"

namespace reel {
namespace reader {
namespace {

void check_identity(io::FileSystem& fs, const std::string& path, LaneCheck& check,
                    const Result<catalog::StoreIdentity>& identity) {
  const std::string file = catalog::store_file(path);
  count_file(fs, file, check.report);
  if (!identity) {
    check.report.damage.push_back({file, identity.error().offset, 0, identity.error().message});
  } else {
    check.store = identity->uuid;
  }
}

// Files that are none of a store's are told, not judged.
void check_top(io::FileSystem& fs, const std::string& path, VerifyReport& report) {
  const auto names = fs.list(path);
  if (!names) return;
  for (const std::string& name : *names) {
    if (name == "reel.store" || name == "lanes") continue;
    if (name == "deleted" || name == "snapshots") continue;
    if (name == catalog::kBackupMark) continue;
    report.notes.push_back("not a file of the store, not checked: " + io::join(path, name));
  }
  const std::string lanes_folder = io::join(path, "lanes");
  const auto lanes = fs.list(lanes_folder);
  const auto numbers = catalog::list_lanes(fs, path);
  if (!lanes || !numbers) return;
  for (const std::string& name : *lanes) {
    const std::string lane = io::join(lanes_folder, name);
    const bool known = std::any_of(numbers->begin(), numbers->end(), [&](std::uint32_t number) {
      return catalog::lane_directory(path, number) == lane;
    });
    if (!known) report.notes.push_back("not a file of the store, not checked: " + lane);
  }
}

}  // namespace

Result<VerifyReport> verify_store(io::FileSystem& fs, const std::string& path,
                                  const VerifyProgress& progress) {
  const auto identity = catalog::load_store(fs, path);
  if (!identity && identity.error().code != ErrorCode::damaged) return identity.status();
  VerifyReport report;
  LaneCheck check{fs, report, progress, path, {}, {}, 0};
  check_identity(fs, path, check, identity);
  check_top(fs, path, report);
  check_tombstones(fs, path, report);
  check_snapshots(fs, path, report);
  check_backup_mark(fs, path, report);
  const auto lanes = catalog::list_lanes(fs, path);
  if (!lanes && lanes.error().code != ErrorCode::not_found) return lanes.status();
  if (!lanes || lanes->empty() || lanes->front() != 0) {
    report.damage.push_back({catalog::lane_directory(path, 0), 0, 0,
                             "the folder of lane 0 is missing; its events are lost"});
  }
  for (const std::uint32_t number : lanes ? *lanes : std::vector<std::uint32_t>()) {
    check.number = number;
    check.directory = catalog::lane_directory(path, number);
    if (Status status = check_lane(check); !status) return status;
  }
  report.ok = report.damage.empty();
  return report;
}

}  // namespace reader

Result<VerifyReport> verify(const std::string& path, const VerifyProgress& progress) {
  return reader::verify_store(io::posix(), path, progress);
}

}  // namespace reel
