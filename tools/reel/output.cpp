#include "output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "text.hpp"

namespace reel::tool {
namespace {

constexpr std::size_t kSpillBytes = std::size_t{64} << 10;

// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

bool Output::spill() { return buffer_.size() < kSpillBytes ? !gone_ : flush(); }

bool Output::flush() {
  if (!gone_ && !buffer_.empty()) {
    // A pipe gets every byte as it is.
    const int error = write_all(STDOUT_FILENO, terminal_ ? harmless(buffer_) : buffer_);
    gone_ = error != 0;
    if (error != EPIPE) error_ = error;
  }
  buffer_.clear();
  return !gone_;
}

ExitCode Output::finish(ExitCode code) {
  flush();
  if (error_ == 0) return code;
  complain(fmt::format("cannot write to stdout: {}", std::strerror(error_)));
  return ExitCode::unusable;
}

void complain(std::string_view message) {
  // Nothing is left to tell anyone when stderr itself is broken.
  static_cast<void>(write_all(STDERR_FILENO, fmt::format("reel: {}\n", escaped(message))));
}

ExitCode complain(const Error& error) {
  complain(error.to_string());
  return error.code == ErrorCode::not_found ? ExitCode::found : ExitCode::unusable;
}

bool stdout_is_terminal() noexcept { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

bool stdout_has_colour() noexcept {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::strcmp(term, "dumb") == 0;
  return stdout_is_terminal() && (no_colour == nullptr || *no_colour == '\0') && !dumb;
}

std::string coloured(std::string_view text, Colour colour) {
  static const bool has_colour = stdout_has_colour();
  if (!has_colour || colour == Colour::none) return std::string(text);
  const char* code = colour == Colour::bold     ? "1"
                     : colour == Colour::red    ? "31"
                     : colour == Colour::green  ? "32"
                     : colour == Colour::yellow ? "33"
                                                : "2";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace reel::tool
