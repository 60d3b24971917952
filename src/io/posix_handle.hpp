// What the posix files share: an owned descriptor, and calls repeated over EINTR.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "io/file_system.hpp"

namespace reel::io::detail {

inline constexpr mode_t kFileMode = 0600;
inline constexpr mode_t kDirectoryMode = 0700;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// Repeats `call` while it is interrupted; its answer is then in errno's convention.
template <class Call>
auto retry(Call call) {
  auto answer = call();
  while (answer < 0 && errno == EINTR) answer = call();
  return answer;
}

// A new file, mode 0600 whatever the umask; fails when there is one.
Result<Descriptor> create_file(const std::string& path, int flags);
// An existing regular file, and what fstat said of it.
struct OpenFile {
  Descriptor descriptor;
  struct ::stat stat {};
};
Result<OpenFile> open_regular(const std::string& path, int flags);

Result<std::unique_ptr<AppendFile>> posix_create(const std::string& path);
Result<std::unique_ptr<Mapping>> posix_map(const std::string& path);
Result<std::unique_ptr<SharedMapping>> posix_create_shared(const std::string& path,
                                                           std::uint64_t bytes);
Result<std::unique_ptr<SharedMapping>> posix_open_shared(const std::string& path);
Result<std::unique_ptr<FileLock>> posix_lock(const std::string& path);
Result<bool> posix_is_locked(const std::string& path);

}  // namespace reel::io::detail
