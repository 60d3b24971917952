// WriteBench: records a load into a store and measures what it costs.
//
// The clock runs from the first record to the return of Log::close. Making the load happens within
// that time, and its share is told as generator_seconds; with `preload` the whole load is made
// before. A stream's events are all recorded by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench_measures.hpp"
#include "bench_sampler.hpp"
#include "load/load_generator.hpp"
#include "load/load_slice.hpp"
#include "load/token_load.hpp"
#include "reel/log.hpp"

namespace reel::tool {

enum class BenchSync { none, interval, round };

struct WriteBenchOptions {
  load::LoadOptions load;
  std::optional<load::TokenLoadOptions> tokens;  // instead of `load`
  std::uint32_t threads = 1;
  double seconds = 0;       // stop after so long; 0: at the end of the load
  double events_per_s = 0;  // 0: flat out
  bool preload = false;     // make the whole load before the clock starts
  BenchSync sync = BenchSync::interval;
  bool ack_durable = false;  // wait for the disk after every event
  LogOptions log;            // the arena, the overflow policy, the interval of syncs
  std::string store;
  bool samples = false;   // look at it while it runs
  bool progress = false;  // shown on stderr even if it is no terminal
  std::string name_space = std::string(kDefaultNamespace);
};

struct WriteBenchReport {
  std::uint64_t events = 0, streams = 0, drops = 0, refused = 0, bytes = 0;
  double seconds = 0, generator_seconds = 0;
  double cpu_seconds = 0;  // of the whole process, from the first record to the closed store
  // From when an event was due (flat out: from when its call began) to the call's end; what reading
  // the clock costs is taken off. `call` is the calls alone.
  Nanoseconds record, token, call;
  double timer_ns = 0;  // that cost
  LogStats stats;
  std::vector<BenchSample> samples;
};

// Errors: the store cannot be used or could not be closed, or the load's files are wrong.
Result<WriteBenchReport> run_write_bench(const WriteBenchOptions& options);

}  // namespace reel::tool
