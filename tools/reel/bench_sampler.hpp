// BenchSampler: looks at a running `bench write` at even intervals, for a chart over time.
//
// A thread of its own that sleeps in between. When it has seen too much it forgets every other
// sample and looks half as often, so a run of any length has some hundred of them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "reel/log.hpp"

namespace reel::tool {

struct BenchSample {
  double seconds = 0;                       // since the beginning
  std::uint64_t recorded = 0, written = 0;  // events so far
  std::uint32_t chunks_used = 0;            // of the arena
};

class BenchSampler {
 public:
  // `recorded` answers how many events there are so far, from any thread. It and the Log outlive
  // the sampler.
  BenchSampler(const Log& log, std::function<std::uint64_t()> recorded);
  ~BenchSampler();
  BenchSampler(const BenchSampler&) = delete;
  BenchSampler& operator=(const BenchSampler&) = delete;
  std::vector<BenchSample> finish();  // no more samples; those there are

 private:
  void run();
  void look();

  const Log& log_;
  std::function<std::uint64_t()> recorded_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::vector<BenchSample> samples_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace reel::tool
