// A bar with rate and time left on stderr, for work that takes a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace reel::tool {

// What is to be done; 0 when nobody knows. Of the two the events count when both are known.
struct Work {
  std::uint64_t bytes = 0, events = 0;
  bool prints = false;  // to stdout, while it goes on
};

// Silent unless stderr is a terminal or the user asked with --progress; on a terminal that the
// results are printed to as well only who asked gets it. Draws at most ten times a second; the
// destructor wipes the line.
class Progress {
 public:
  Progress(bool asked, Work work);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So many more bytes are done (0: they are not counted), and so many events in all.
  void advance(std::uint64_t bytes, std::uint64_t events);
  void wipe();  // before a message is printed on the same terminal

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  bool on_;
  bool terminal_;
  bool drawn_ = false;
  Work work_;
  std::uint64_t done_ = 0, events_ = 0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace reel::tool
