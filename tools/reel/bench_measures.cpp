#include "bench_measures.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "ticks.hpp"

namespace reel::tool {

// What two readings of the clock in a row differ by, in ticks.
std::uint64_t timer_cost() {
  Histogram costs;
  for (int i = 0; i < 10000; ++i) {
    const std::uint64_t begin = read_ticks();
    costs.add(read_ticks() - begin);
  }
  return costs.quantile(0.5);
}

// What a tick is, for those who must know before they begin.
double measure_ns_per_tick() {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const std::uint64_t first = read_ticks();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double ticks = static_cast<double>(read_ticks() - first);
  return ticks > 0 ? std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / ticks
                   : 1;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Nanoseconds in_ns(const Histogram& ticks, std::uint64_t cost, double ns_per_tick) {
  const auto ns = [&](std::uint64_t value) {
    return value <= cost ? 0 : static_cast<double>(value - cost) * ns_per_tick;
  };
  Nanoseconds all{ns(ticks.quantile(0.5)),
                  ns(ticks.quantile(0.9)),
                  ns(ticks.quantile(0.99)),
                  ns(ticks.quantile(0.999)),
                  ns(ticks.quantile(0.9999)),
                  ns(ticks.max()),
                  {}};
  // Ten points to each nine, as far as there are calls to tell them apart.
  const auto total = static_cast<double>(ticks.count());
  for (int i = 0; std::pow(10, i / 10.0) <= total; ++i) {
    const double share = 1 - std::pow(10, -i / 10.0);
    all.curve.push_back({share, ns(ticks.quantile(share))});
  }
  all.curve.push_back({1, all.max});
  return all;
}

}  // namespace reel::tool
