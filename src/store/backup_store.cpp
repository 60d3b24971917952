#include "store/backup_store.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "catalog/catalog.hpp"
#include "reader/verify_lane.hpp"
#include "store/backup_controls.hpp"
#include "store/backup_lane.hpp"
#include "store/backup_look.hpp"

namespace reel {
namespace store {
namespace {

Error refused(const std::string& path, const char* why) {
  return {ErrorCode::invalid_argument, 0, path, 0, why};
}

// The folders above a path, and itself, the topmost first.
std::vector<std::string> folders_above(const std::string& path) {
  std::vector<std::string> folders;
  for (std::size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1))
    folders.push_back(path.substr(0, end));
  folders.push_back(path);
  return folders;
}

class StoreBackup {
 public:
  StoreBackup(io::FileSystem& fs, base::Clock& clock, const std::string& path,
              const std::string& out, const BackupOptions& options)
      : fs_(fs),
        clock_(clock),
        path_(path),
        out_(out),
        options_(options),
        files_(fs, {path, out, options.link_from, options.copy},
               [this](std::uint64_t bytes) { return advance(bytes); }),
        controls_(fs, clock, path_, files_) {}

  Result<BackupReport> run();

 private:
  Status check_out();
  Status check_earlier();
  Status make();
  void plan();
  Status advance(std::uint64_t bytes);
  Status take_lanes();
  Status take_lane(const reader::Lane& lane);
  void note_damage();
  void add_damage(const Damage& found);
  Status check();
  Result<VerifyReport> verify_files();

  io::FileSystem& fs_;
  base::Clock& clock_;
  const std::string path_, out_;
  const BackupOptions& options_;
  BackupFiles files_;
  BackupControls controls_;
  catalog::StoreIdentity identity_;
  BackupLook look_;
  std::uint64_t done_ = 0, todo_ = 0;  // bytes
  BackupReport report_;
};

Status StoreBackup::check_out() {
  const auto store = fs_.info(path_);
  if (!store) return store.status();
  std::uint64_t device = 0;  // of the folder that OUT is in
  for (const std::string& folder : folders_above(out_)) {
    const auto info = fs_.info(folder);
    if (!info && info.error().code == ErrorCode::not_found) return {};
    if (!info) return info.status();
    if (info->device == store->device && info->inode == store->inode) {
      return refused(out_, "a backup is made outside of the store; name another folder");
    }
    if (folder == out_ && device != 0 && device != info->device) {
      return refused(out_, "a filesystem is mounted here; name a folder in it");
    }
    device = info->device;
  }
  const auto names = fs_.list(out_);
  if (!names) return names.status();
  if (names->empty()) return {};
  return refused(out_,
                 "there is something in this folder already; name one that is missing or empty");
}

Status StoreBackup::check_earlier() {
  if (options_.link_from.empty()) return {};
  const auto earlier = catalog::load_store(fs_, options_.link_from);
  if (!earlier) return earlier.status();
  if (earlier->uuid == identity_.uuid) return {};
  return refused(options_.link_from, "this is the backup of another store; name one of this one");
}

void StoreBackup::plan() {
  for (const reader::Lane& lane : look_.view->lanes) {
    for (const reader::Segment& segment : lane.segments) todo_ += segment.reader->summary().bytes;
  }
  if (options_.verify) todo_ *= 2;
}

Status StoreBackup::advance(std::uint64_t bytes) {
  done_ += bytes;
  if (!options_.progress || options_.progress(std::min(done_, todo_), todo_)) return {};
  return Error{ErrorCode::closed, 0, out_, 0, "the backup was stopped; nothing is left of it"};
}

Status StoreBackup::take_lane(const reader::Lane& lane) {
  catalog::LaneCatalog earlier;
  if (!options_.link_from.empty()) {
    auto there =
        catalog::load_catalog(fs_, catalog::lane_directory(options_.link_from, lane.number));
    if (there) earlier = *std::move(there);  // else all is copied
  }
  const log::LaneContext context =
      log::lane_context(fs_, clock_, files_.folder(), identity_.uuid, LogOptions());
  return back_up_lane({context, files_, lane, earlier}, report_);
}

Status StoreBackup::take_lanes() {
  for (const reader::Lane& lane : look_.view->lanes) {
    const std::uint64_t before = report_.linked_bytes;
    Status status = take_lane(lane);
    if (status.ok()) status = advance(report_.linked_bytes - before);
    if (!status) return status;
  }
  return {};
}

void StoreBackup::add_damage(const Damage& found) {
  const auto same = [&](const Damage& known) {
    return known.file == found.file && known.offset == found.offset;
  };
  if (std::none_of(report_.damage.begin(), report_.damage.end(), same)) {
    report_.damage.push_back(found);
  }
}

// What looking and copying has met.
void StoreBackup::note_damage() {
  for (const Damage& damage : look_.damage) add_damage(damage);
  for (const Damage& damage : files_.damage()) add_damage(damage);
  for (const reader::Lane& lane : look_.view->lanes) {
    for (const Damage& damage : lane.damage) add_damage(damage);
    for (const reader::Segment& segment : lane.segments) {
      for (const Damage& damage : segment.reader->damage()) add_damage(damage);
    }
  }
}

Result<VerifyReport> StoreBackup::verify_files() {
  const std::uint64_t before = done_;
  return reader::verify_store(fs_, files_.folder(), [&](const VerifyReport& so_far) {
    done_ = before;
    (void)advance(so_far.bytes);
  });
}

Status StoreBackup::check() {
  if (!options_.verify) return {};
  auto found = verify_files();
  if (!found) return found.status();
  const auto replaced = files_.replace_earlier(found->damage);
  if (!replaced) return replaced.status();
  if (*replaced) found = verify_files();
  if (!found) return found.status();
  for (const Damage& damage : found->damage) {
    const auto blamed = files_.blame(damage);
    if (!blamed) return blamed.status();
    add_damage(*blamed);
  }
  return advance(0);
}

Status StoreBackup::make() {
  report_.taken_us = clock_.wall_us();
  Status status = files_.begin({path_, report_.taken_us});
  if (status.ok()) status = controls_.take_snapshots();
  if (!status) return status;
  ReaderOptions options;
  options.mmap = options_.mmap;
  auto look = look_at_rest(fs_, path_, options, controls_);
  if (!look) return look.status();
  look_ = *std::move(look);
  report_.notes = look_.notes;
  plan();
  controls_.count(report_);
  status = take_lanes();
  if (status.ok()) status = files_.take(catalog::store_file("")).status();
  if (status.ok()) status = files_.sync_names();
  note_damage();
  if (status.ok()) status = check();
  return status.ok() ? files_.publish() : status;
}

Result<BackupReport> StoreBackup::run() {
  const auto identity = catalog::load_store(fs_, path_);
  if (!identity) return identity.status();
  identity_ = *identity;
  report_.store_uuid = catalog::uuid_text(identity_.uuid);
  Status status = check_out();
  if (status.ok()) status = check_earlier();
  if (!status) return status;
  status = make();
  if (status.ok()) return std::move(report_);
  files_.abandon();
  return status;
}

}  // namespace

Result<BackupReport> backup_store(io::FileSystem& fs, base::Clock& clock, const std::string& path,
                                  const std::string& out, const BackupOptions& options) {
  return StoreBackup(fs, clock, path, out, options).run();
}

}  // namespace store

Result<BackupReport> backup(const std::string& path, const std::string& out,
                            const BackupOptions& options) {
  std::error_code error;
  std::string whole = std::filesystem::absolute(out, error).string();
  if (error || out.empty()) {
    return Error{ErrorCode::invalid_argument, 0, out, 0, "name a folder for the backup"};
  }
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  return store::backup_store(io::posix(), base::system_clock(), path, whole, options);
}

}  // namespace reel
