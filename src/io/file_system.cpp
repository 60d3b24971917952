#include "io/file_system.hpp"

#include <cerrno>

#include "base/random.hpp"

namespace reel::io {
namespace {

constexpr std::string_view kTemporarySuffix = ".tmp";

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status write_whole(FileSystem& fs, const std::string& path, std::string_view bytes) {
  auto file = fs.create(path);
  if (!file) return file.status();
  if (Status status = (*file)->append(bytes); !status) return status;
  if (Status status = (*file)->sync(); !status) return status;
  return (*file)->close();
}

// Whole and durable under its last name, or not there under it.
Status publish(FileSystem& fs, const std::string& temporary, const std::string& path,
               std::string_view bytes) {
  Status status = write_whole(fs, temporary, bytes);
  if (status.ok()) status = fs.rename(temporary, path);
  if (!status) {
    (void)fs.remove(temporary);  // the first error is the one to tell
    return status;
  }
  return fs.sync_directory(parent_of(path));
}

}  // namespace

Status replace_file(FileSystem& fs, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + std::string(kTemporarySuffix);
  // One left over by a crash is worth nothing: it was never renamed.
  if (Status status = fs.remove(temporary);
      !status && status.error().code != ErrorCode::not_found) {
    return status;
  }
  return publish(fs, temporary, path, bytes);
}

Status publish_file(FileSystem& fs, const std::string& path, std::string_view bytes) {
  const std::string unique = std::to_string(base::random_u64());
  return publish(fs, path + '.' + unique + std::string(kTemporarySuffix), path, bytes);
}

bool needs_copy(const Error& link_error) {
  switch (link_error.sys_errno) {
    case EXDEV:
    case EPERM:
    case EMLINK:
    case EOPNOTSUPP:
    case ENOSYS:
      return true;
    default:
      return false;
  }
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  path += name;
  return path;
}

}  // namespace reel::io
