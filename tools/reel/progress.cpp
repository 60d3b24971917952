#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "output.hpp"
#include "text.hpp"

namespace reel::tool {
namespace {

constexpr auto kBetweenDraws = std::chrono::milliseconds(100);
constexpr auto kBetweenLines = std::chrono::seconds(1);  // where nothing can be redrawn
constexpr std::size_t kBarWidth = 24;

}  // namespace

Progress::Progress(bool asked, Work work)
    : on_(asked || (stderr_is_terminal() && !(work.prints && stdout_is_terminal()))),
      terminal_(stderr_is_terminal()),
      work_(work) {}

Progress::~Progress() {
  if (on_ && !terminal_) draw(Clock::now());
  wipe();
}

void Progress::advance(std::uint64_t bytes, std::uint64_t events) {
  if (!on_) return;
  done_ += bytes;
  events_ = events;
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? kBetweenDraws : kBetweenLines)) return;
  last_ = now;
  draw(now);
}

void Progress::draw(Clock::time_point now) {
  const double seconds = std::max(1e-9, std::chrono::duration<double>(now - begin_).count());
  const auto bytes = static_cast<double>(done_), events = static_cast<double>(events_);
  std::string line = done_ > 0
                         ? fmt::format("{}, {}, {}/s", human_bytes(bytes), plural(events_, "event"),
                                       human_bytes(bytes / seconds))
                         : fmt::format("{}, {}/s", plural(events_, "event"),
                                       human_count(static_cast<std::uint64_t>(events / seconds)));
  const auto total = static_cast<double>(work_.events > 0 ? work_.events : work_.bytes);
  const double done = std::min(total, work_.events > 0 ? events : bytes);
  if (total > 0) {
    const auto filled = static_cast<std::size_t>(done / total * kBarWidth);
    const double left = done > 0 ? (total - done) * seconds / done : 0;
    line = fmt::format("[{}{}] {:3.0f} %  {}  ETA {}", std::string(filled, '#'),
                       std::string(kBarWidth - filled, '.'), done / total * 100, line,
                       human_seconds(left));
  }
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", line, terminal_ ? "" : "\n");
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::wipe() {
  if (!drawn_ || !terminal_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace reel::tool
