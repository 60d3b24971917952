// SealCommand: runs a command of the user's for each segment that was sealed, one at a time, in the
// order of sealing, on a thread of its own. Nothing waits for it but the end.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "reel/upkeep.hpp"

namespace reel::tool {

class SealCommand {
 public:
  // `command` goes to `sh -c`. It finds REEL_SEGMENT (the file), REEL_LANE, REEL_NUMBER and
  // REEL_REPLACES (numbers of the lane, with blanks between) in its environment; what it writes to
  // stdout goes to stderr.
  explicit SealCommand(std::string command);
  ~SealCommand();  // finish()

  void add(const SealedSegment& sealed);  // any thread
  // Waits for all of them. How many have failed; each was complained of.
  std::size_t finish();

 private:
  void run();

  const std::string command_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<SealedSegment> waiting_;
  bool ending_ = false;
  std::size_t failed_ = 0;
  std::thread thread_;
};

}  // namespace reel::tool
