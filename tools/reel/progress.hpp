// A bar with rate and time left on stderr, for work that takes a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace reel::tool {

// Silent unless stderr is a terminal or the user asked with --progress. Draws at most ten times a
// second; the destructor wipes the line.
class Progress {
 public:
  // `total` bytes are to be done; 0 when nobody knows.
  Progress(bool asked, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::uint64_t bytes, std::uint64_t events);
  void wipe();  // before a message is printed on the same terminal

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  bool on_;
  bool terminal_;
  bool drawn_ = false;
  std::uint64_t total_;
  std::uint64_t done_ = 0, events_ = 0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace reel::tool
