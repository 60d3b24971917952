#include "store/backup_files.hpp"

#include <algorithm>
#include <cerrno>

#include "base/checksum.hpp"
#include "catalog/catalog.hpp"

namespace reel::store {
namespace {

constexpr std::uint64_t kPieceBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kPageBytes = 4096;  // as much as a bad place of a disk costs

std::uint64_t add_piece(std::uint64_t digest, std::string_view piece) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  return digest * kOdd + base::checksum64(piece);
}

Error in_the_way(const std::string& folder) {
  return {
      ErrorCode::invalid_argument, 0, folder, 0,
      "the backup would be made in this folder, but there is something in it that no backup has "
      "left; move it away, or name another OUT"};
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

// A file that is being written, and what was.
struct BackupFiles::Copy {
  std::unique_ptr<io::AppendFile> file;
  std::string source;
  std::uint64_t digest = 0;

  Status append(std::string_view piece) {
    digest = add_piece(digest, piece);
    return file->append(piece);
  }
  Status end() {
    if (Status status = file->sync(); !status) return status;
    return file->close();
  }
};

// What was left by a call that was killed has the mark, or nothing but what was to become it.
Status BackupFiles::check_folder(bool& is_marked) {
  const auto names = fs_.list(folder_);
  if (!names && names.error().code == ErrorCode::not_found) return {};
  if (!names) return names.status();
  is_marked = catalog::load_backup_mark(fs_, folder_).ok();
  if (is_marked) return {};
  const std::string temporary = std::string(catalog::kBackupMark) + '.';
  for (const std::string& name : *names) {
    if (!name.starts_with(temporary)) return in_the_way(folder_);
  }
  return {};
}

Status BackupFiles::begin(const catalog::BackupMark& mark) {
  folder_ = places_.out + ".unfinished";
  bool is_marked = false;
  Status status = check_folder(is_marked);
  if (status.ok()) status = fs_.create_directories(folder_);
  if (status.ok() && !is_marked) status = catalog::save_backup_mark(fs_, folder_, mark);
  const std::string lane = catalog::lane_directory(folder_, 0);
  if (status.ok()) status = fs_.create_directories(lane);
  if (!status) return status;
  auto lock = fs_.lock(catalog::lock_file(lane));
  if (!lock && lock.error().code == ErrorCode::busy) {
    return Error{ErrorCode::busy, 0, folder_, 0,
                 "another process makes a backup here; wait for it, or name another OUT"};
  }
  if (!lock) return lock.status();
  lock_ = *std::move(lock);
  status = clear(folder_);
  if (status.ok() && is_marked) status = catalog::save_backup_mark(fs_, folder_, mark);
  folders_ = {folder_, io::join(folder_, "lanes")};
  return status;
}

// All but the mark and the lock, which go last if they go.
Status BackupFiles::clear(const std::string& folder) {
  const auto names = fs_.list(folder);
  if (!names) return names.status();
  for (const std::string& name : *names) {
    const std::string path = io::join(folder, name);
    if (path == catalog::backup_mark_file(folder_)) continue;
    if (path == catalog::lock_file(catalog::lane_directory(folder_, 0))) continue;
    Status status = fs_.remove(path);
    const int why = status.error().sys_errno;
    if (why == ENOTEMPTY || why == EEXIST) {
      status = clear(path);
      if (!status) return status;
      const auto left = fs_.list(path);
      if (left && left->empty()) status = fs_.remove(path);
    }
    if (!status) return status;
  }
  return {};
}

Status BackupFiles::make_folder(const std::string& name) {
  folders_.push_back(path(name));
  return fs_.create_directories(folders_.back());
}

Result<BackupFiles::Taken> BackupFiles::take(const std::string& name, bool in_earlier) {
  const auto is_linked = [&](const std::string& from, bool is_earlier) -> Result<bool> {
    const Status status = fs_.link(io::join(from, name), path(name));
    if (status.ok()) origins_[name] = {is_earlier, false, 0};
    if (status.ok() || io::needs_copy(status.error())) return status.ok();
    return status;
  };
  if (!places_.copy) {
    const auto linked = is_linked(places_.store, false);
    if (!linked || *linked) return linked ? Result<Taken>(Taken::linked) : linked.status();
  }
  if (in_earlier) {
    const auto linked = is_linked(places_.earlier, true);
    if (!linked && linked.error().code != ErrorCode::not_found) return linked.status();
    if (linked && *linked) return Taken::linked;
  }
  if (Status status = copy(name); !status) return status;
  return Taken::copied;
}

Status BackupFiles::copy(const std::string& name) {
  const std::string source = io::join(places_.store, name);
  const auto from = fs_.open(source);
  if (!from) return from.status();
  auto file = fs_.create(path(name));
  if (!file) return file.status();
  Copy to{*std::move(file), source, 0};
  for (std::uint64_t offset = 0; offset < (*from)->size(); offset += kPieceBytes) {
    const std::uint64_t bytes = std::min(kPieceBytes, (*from)->size() - offset);
    Status status = copy_piece(**from, to, offset, bytes);
    if (status.ok()) status = copied_(bytes);
    if (!status) return status;
  }
  origins_[name] = {false, true, to.digest};
  return to.end();
}

// Where the disk cannot read a place, there are zeros in the copy: what is around it counts.
Status BackupFiles::copy_piece(const io::ReadFile& from, Copy& to, std::uint64_t offset,
                               std::uint64_t bytes) {
  std::string piece(static_cast<std::size_t>(bytes), '\0');
  if (from.read(offset, piece)) return to.append(piece);
  for (std::uint64_t at = 0; at < bytes; at += kPageBytes) {
    const std::span<char> page(piece.data() + at,
                               static_cast<std::size_t>(std::min(kPageBytes, bytes - at)));
    const Status status = from.read(offset + at, page);
    if (status.ok()) continue;
    std::fill(page.begin(), page.end(), '\0');
    damage_.push_back({to.source, offset + at, page.size(), status.error().to_string()});
  }
  return to.append(piece);
}

Status BackupFiles::write(const std::string& name, const io::FileView& bytes, std::uint64_t count) {
  auto file = fs_.create(path(name));
  if (!file) return file.status();
  Copy to{*std::move(file), {}, 0};
  for (std::uint64_t offset = 0; offset < count; offset += kPieceBytes) {
    const auto piece = bytes.bytes(offset, std::min(kPieceBytes, count - offset));
    if (!piece) return piece.status();
    Status status = to.append(piece->view);
    if (status.ok()) status = copied_(piece->view.size());
    if (!status) return status;
  }
  origins_[name] = {false, true, to.digest};
  return to.end();
}

Status BackupFiles::sync_names() {
  for (const std::string& folder : folders_) {
    if (Status status = fs_.sync_directory(folder); !status) return status;
  }
  return {};
}

std::string BackupFiles::name_of(const std::string& file) const {
  const std::string front = folder_ + '/';
  return file.starts_with(front) ? file.substr(front.size()) : file;
}

Result<Damage> BackupFiles::blame(Damage found) const {
  const std::string name = name_of(found.file);
  const auto origin = origins_.find(name);
  if (origin != origins_.end() && origin->second.is_copy) {
    const auto file = fs_.open(path(name));
    if (!file) return file.status();
    std::uint64_t digest = 0;
    for (std::uint64_t offset = 0; offset < (*file)->size(); offset += kPieceBytes) {
      std::string piece(static_cast<std::size_t>(std::min(kPieceBytes, (*file)->size() - offset)),
                        '\0');
      if (Status status = (*file)->read(offset, piece); !status) return status;
      digest = add_piece(digest, piece);
    }
    if (digest != origin->second.digest) {
      return Error{ErrorCode::io, 0, path(name), found.offset,
                   "this file is not what was written to it; check the disk and the memory"};
    }
  }
  const bool is_new = origin == origins_.end();
  found.file = io::join(is_new                      ? places_.out
                        : origin->second.is_earlier ? places_.earlier
                                                    : places_.store,
                        name);
  return found;
}

Result<bool> BackupFiles::replace_earlier(const std::vector<Damage>& found) {
  bool is_any = false;
  for (const Damage& damage : found) {
    const std::string name = name_of(damage.file);
    const auto origin = origins_.find(name);
    if (origin == origins_.end() || !origin->second.is_earlier) continue;
    is_any = true;
    Status status = fs_.remove(path(name));
    if (status.ok()) status = copy(name);
    if (!status) return status;
  }
  if (!is_any) return false;
  if (Status status = sync_names(); !status) return status;
  return true;
}

Status BackupFiles::publish() {
  if (Status status = fs_.rename(folder_, places_.out); !status) return status;
  return fs_.sync_directory(parent_of(places_.out));
}

void BackupFiles::abandon() {
  if (lock_ == nullptr || !clear(folder_)) return;
  const std::string lane = catalog::lane_directory(folder_, 0);
  (void)fs_.remove(catalog::lock_file(lane));
  (void)fs_.remove(lane);
  (void)fs_.remove(io::join(folder_, "lanes"));
  (void)fs_.remove(catalog::backup_mark_file(folder_));
  (void)fs_.remove(folder_);
}

}  // namespace reel::store
