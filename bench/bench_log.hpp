// A Log for benchmarks, in a temporary folder of its own that goes away with it.
#pragma once

#include "reel/log.hpp"
#include "support/temp_dir.hpp"

namespace reel::bench {

class BenchLog {
 public:
  explicit BenchLog(const LogOptions& options = {})
      : log_(Log::open(folder_.path(), options).value()) {}
  Log& operator*() { return log_; }
  Log* operator->() { return &log_; }

 private:
  test::TempDir folder_;
  Log log_;  // closed before its folder goes
};

}  // namespace reel::bench
