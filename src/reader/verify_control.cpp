#include "reader/verify_control.hpp"

#include "catalog/backup_mark.hpp"
#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "reader/verify_lane.hpp"

namespace reel::reader {
namespace {

void add_damage(VerifyReport& report, const Error& error) {
  report.damage.push_back({error.file, error.offset, 0, error.message});
}

// A name that is none of the store's in a folder of the store.
void note_stranger(VerifyReport& report, const std::string& folder, const std::string& name) {
  const bool temporary = name.ends_with(".tmp");
  report.notes.push_back((temporary ? "left over by a crash, means nothing: "
                                    : "not a file of the store, not checked: ") +
                         io::join(folder, name));
}

// The names in a folder that may be missing; an empty list when it cannot be read, which is told.
std::vector<std::string> names_in(io::FileSystem& fs, const std::string& folder,
                                  VerifyReport& report) {
  auto names = fs.list(folder);
  if (names) return *std::move(names);
  if (names.error().code != ErrorCode::not_found) add_damage(report, names.error());
  return {};
}

// A file that went meanwhile is none.
template <class T>
void check_loaded(const Result<T>& loaded, VerifyReport& report) {
  if (!loaded && loaded.error().code != ErrorCode::not_found) add_damage(report, loaded.error());
}

void check_snapshot_folder(io::FileSystem& fs, const std::string& store, const std::string& folder,
                           VerifyReport& report) {
  const std::string path = io::join(catalog::snapshots_directory(store), folder);
  for (const std::string& name : names_in(fs, path, report)) {
    const auto snapshot = catalog::parse_snapshot_name(name);
    if (!snapshot) {
      note_stranger(report, path, name);
      continue;
    }
    count_file(fs, io::join(path, name), report);
    check_loaded(catalog::load_snapshot(fs, store, folder, *snapshot), report);
  }
}

}  // namespace

void check_tombstones(io::FileSystem& fs, const std::string& store, VerifyReport& report) {
  const std::string folder = catalog::deleted_directory(store);
  for (const std::string& name : names_in(fs, folder, report)) {
    const auto incarnation = catalog::tombstone_incarnation(name);
    if (!incarnation) {
      note_stranger(report, folder, name);
      continue;
    }
    count_file(fs, io::join(folder, name), report);
    check_loaded(catalog::load_tombstone(fs, store, *incarnation), report);
  }
}

void check_snapshots(io::FileSystem& fs, const std::string& store, VerifyReport& report) {
  const std::string folders = catalog::snapshots_directory(store);
  for (const std::string& folder : names_in(fs, folders, report)) {
    if (catalog::is_snapshot_folder(folder)) {
      check_snapshot_folder(fs, store, folder, report);
    } else {
      note_stranger(report, folders, folder);
    }
  }
}

void check_backup_mark(io::FileSystem& fs, const std::string& store, VerifyReport& report) {
  const auto mark = catalog::load_backup_mark(fs, store);
  check_loaded(mark, report);
  if (mark) count_file(fs, catalog::backup_mark_file(store), report);
}

}  // namespace reel::reader
