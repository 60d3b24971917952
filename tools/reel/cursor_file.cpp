#include "cursor_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace reel::tool {
namespace {

// A store with as many open streams as there may be has a cursor of a tenth of this.
constexpr std::size_t kCursorBytesMax = std::size_t{64} << 20;

Error file_error(const std::string& path, std::string what) {
  return {ErrorCode::io, errno, path, 0, std::move(what)};
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags, 0600)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::optional<std::string>> read_cursor_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY | O_CLOEXEC);
  if (file.fd() < 0 && errno == ENOENT) return std::optional<std::string>();
  if (file.fd() < 0) return file_error(path, "cannot open the cursor file");
  std::string text;
  char piece[1 << 16];
  for (;;) {
    const ssize_t bytes = ::read(file.fd(), piece, sizeof piece);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return file_error(path, "cannot read the cursor file");
    if (bytes == 0) break;
    text.append(piece, static_cast<std::size_t>(bytes));
    if (text.size() > kCursorBytesMax) {
      return Error{ErrorCode::invalid_argument, 0, path, 0, "this is no cursor file"};
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return std::optional(std::move(text));
}

Status write_cursor_file(const std::string& path, std::string_view cursor) {
  const std::string part = path + ".part";
  {
    const Descriptor file(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    if (file.fd() < 0 || !write_all(file.fd(), cursor) || !write_all(file.fd(), "\n")) {
      return file_error(part, "cannot write the cursor file");
    }
  }
  if (::rename(part.c_str(), path.c_str()) != 0) {
    return file_error(path, "cannot replace the cursor file");
  }
  return {};
}

}  // namespace reel::tool
