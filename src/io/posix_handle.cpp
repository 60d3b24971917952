#include "io/posix_handle.hpp"

#include <fcntl.h>

#include "io/errors.hpp"

namespace reel::io::detail {

Result<Descriptor> create_file(const std::string& path, int flags) {
  Descriptor fd(retry([&] {
    return ::open(path.c_str(), flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  }));
  if (fd.get() < 0) return system_error(errno, path, "create this file");
  if (retry([&] { return ::fchmod(fd.get(), kFileMode); }) != 0) {
    return system_error(errno, path, "make this file private (mode 0600)");
  }
  return fd;
}

Result<OpenFile> open_regular(const std::string& path, int flags) {
  OpenFile file;
  // O_NONBLOCK: a fifo put in a file's place must not hang the host.
  file.descriptor = Descriptor(
      retry([&] { return ::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK); }));
  if (file.descriptor.get() < 0) return system_error(errno, path, "open this file");
  if (::fstat(file.descriptor.get(), &file.stat) != 0) {
    return system_error(errno, path, "look at this file");
  }
  if (S_ISDIR(file.stat.st_mode)) return system_error(EISDIR, path, "open this file");
  if (!S_ISREG(file.stat.st_mode)) {
    return usage_error(ErrorCode::io, path,
                       "this is not a regular file; remove it or move it away");
  }
  return file;
}

}  // namespace reel::io::detail
