// What `bench write` measures with: clocks, and the percentiles they give.
#pragma once

#include <cstdint>
#include <vector>

#include "histogram.hpp"

namespace reel::tool {

struct Nanoseconds {
  struct Point {
    double share = 0, ns = 0;  // so much of all calls took at most so long
  };
  double p50 = 0, p90 = 0, p99 = 0, p999 = 0, p9999 = 0, max = 0;
  std::vector<Point> curve;  // from 0 to 1
};

// What two readings of the clock in a row differ by, in ticks.
std::uint64_t timer_cost();
// What a tick is, for those who must know before they begin. Takes 20 ms.
double measure_ns_per_tick();
// CPU time of this process so far, all threads, user and system.
double cpu_seconds();
// `cost` is taken off each of `ticks`.
Nanoseconds in_ns(const Histogram& ticks, std::uint64_t cost, double ns_per_tick);

}  // namespace reel::tool
