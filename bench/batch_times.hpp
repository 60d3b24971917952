// Percentiles of calls that are too short to be timed one by one: batches, of 16 unless said
// otherwise, between two reads of the cycle counter. One of the two reads counts as part of the
// batch; where the counter moves in steps, so do the percentiles, by a step over the calls a batch.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace reel::bench {

inline constexpr std::size_t kBatchCalls = 16;

inline std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

inline double now_ns() noexcept {
  return std::chrono::duration<double, std::nano>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Ticks are turned into ns by the time that passes while this object lives.
template <std::size_t kCalls = kBatchCalls>
class BatchTimes {
 public:
  BatchTimes() : first_tick_(ticks()), first_ns_(now_ns()) { batches_.reserve(kBatchesMax); }

  // Runs `call` kCalls times and notes how long that took.
  template <class Call>
  void batch(Call&& call) {
    const std::uint64_t from = ticks();
    for (std::size_t i = 0; i < kCalls; ++i) call();
    const std::uint64_t took = ticks() - from;
    if (batches_.size() < kBatchesMax) batches_.push_back(took);
  }

  // Adds counters p50, p99 and p99.9: ns per call.
  void report(benchmark::State& state) {
    if (batches_.empty()) return;
    const double ns_per_tick = (now_ns() - first_ns_) / static_cast<double>(ticks() - first_tick_);
    std::sort(batches_.begin(), batches_.end());
    const auto quantile = [&](double p) {
      const auto at = static_cast<std::size_t>(p * static_cast<double>(batches_.size() - 1));
      return static_cast<double>(batches_[at]) * ns_per_tick / kCalls;
    };
    state.counters["p50_ns"] = quantile(0.5);
    state.counters["p99_ns"] = quantile(0.99);
    state.counters["p99.9_ns"] = quantile(0.999);
  }

 private:
  static constexpr std::size_t kBatchesMax = std::size_t{1} << 21;
  std::uint64_t first_tick_;
  double first_ns_;
  std::vector<std::uint64_t> batches_;
};

}  // namespace reel::bench
