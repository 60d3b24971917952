// WriteBench: records the reference load into a store and measures what it costs.
//
// The clock runs from the first record to the return of Log::close. Making the load happens within
// that time, and its share is told as generator_seconds; with `preload` the whole load is made
// before. A stream's events are all recorded by one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "histogram.hpp"
#include "load/load_generator.hpp"
#include "load/load_slice.hpp"
#include "reel/log.hpp"

namespace reel::tool {

enum class BenchSync { none, interval, round };

struct WriteBenchOptions {
  load::LoadOptions load;
  std::uint32_t threads = 1;
  double seconds = 0;    // stop after so long; 0: at the end of the load
  bool preload = false;  // make the whole load before the clock starts
  BenchSync sync = BenchSync::interval;
  std::string store;
  bool progress = false;  // shown on stderr even if it is no terminal
  std::string name_space = std::string(kDefaultNamespace);
};

struct Nanoseconds {
  double p50 = 0, p90 = 0, p99 = 0, p999 = 0, p9999 = 0, max = 0;
};

struct WriteBenchReport {
  std::uint64_t events = 0, streams = 0, drops = 0, refused = 0, bytes = 0;
  double seconds = 0, generator_seconds = 0;
  Nanoseconds record, token;  // one call; what reading the clock costs is taken off
  double timer_ns = 0;        // that cost
  LogStats stats;
};

// Errors: the store cannot be used or could not be closed, or the load's files are wrong.
Result<WriteBenchReport> run_write_bench(const WriteBenchOptions& options);

}  // namespace reel::tool
