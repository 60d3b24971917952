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

Progress::Progress(bool asked, std::uint64_t total)
    : on_(asked || stderr_is_terminal()), terminal_(stderr_is_terminal()), total_(total) {}

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
  const double rate = static_cast<double>(done_) / seconds;
  std::string line = fmt::format("{}, {} events, {}/s", human_bytes(static_cast<double>(done_)),
                                 human_count(events_), human_bytes(rate));
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(share * kBarWidth);
    const double left = rate > 0 ? static_cast<double>(total_ - std::min(total_, done_)) / rate : 0;
    line =
        fmt::format("[{}{}] {:3.0f} %  {}  ETA {}", std::string(filled, '#'),
                    std::string(kBarWidth - filled, '.'), share * 100, line, human_seconds(left));
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
