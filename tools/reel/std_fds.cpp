#include "std_fds.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace reel::tool {
namespace {

bool stdin_closed = false;

bool is_closed(int fd) noexcept { return ::fcntl(fd, F_GETFD) < 0 && errno == EBADF; }

// open() gives the lowest free number, which is `fd` when all below it are in use.
bool fill(int fd, int flags) noexcept { return ::open("/dev/null", flags | O_NOCTTY) == fd; }

}  // namespace

bool fill_std_fds() noexcept {
  stdin_closed = is_closed(STDIN_FILENO);
  // Opened the wrong way round, 0 and 1 answer EBADF: nothing is read or written by mistake.
  if (stdin_closed && !fill(STDIN_FILENO, O_WRONLY)) return false;
  if (is_closed(STDOUT_FILENO) && !fill(STDOUT_FILENO, O_RDONLY)) return false;
  return !is_closed(STDERR_FILENO) || fill(STDERR_FILENO, O_WRONLY);
}

bool stdin_was_closed() noexcept { return stdin_closed; }

}  // namespace reel::tool
