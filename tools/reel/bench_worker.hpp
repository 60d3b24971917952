// BenchWorker: what one thread of `bench write` records, and how long each call took.
//
// It takes its share of the streams, by their number, so that all events of a stream come from one
// thread. The Log outlives it. One thread at a time; `events` may be read by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench_pace.hpp"
#include "histogram.hpp"
#include "load/load_generator.hpp"
#include "load/load_slice.hpp"
#include "reel/log.hpp"

namespace reel::tool {

struct BenchShare {
  std::string name_space;
  std::uint32_t number = 0, of = 1;  // of the recording threads
  bool durable = false;              // wait for the disk after every event
};

class BenchWorker {
 public:
  BenchWorker(Log& log, BenchShare share) : log_(log), share_(std::move(share)) {}

  // The events of its own streams. `first` is the number of the slice's first event in the load.
  void record(const load::LoadSlice& slice, const BenchPace& pace, std::uint64_t first);
  // One event, of one of its streams, the load's `number`th; waits until it is due. false: time is
  // up (flat out only looked at where each event waits for the disk), or something failed.
  bool record_in_time(const load::LoadEvent& event, const BenchPace& pace, std::uint64_t number);
  void close() { recorders_.clear(); }

  // Ticks, the cost of reading them included: from when the event was due to the end of its call;
  // `calls` the calls alone (only where there is a pace: otherwise both are the same).
  Histogram all, tokens, calls;
  std::atomic<std::uint64_t> events{0};
  std::uint64_t dropped = 0, refused = 0;
  std::uint64_t ticks_recording = 0, ticks_waiting = 0;  // in the calls; for events to be due
  Status failure;                                        // the first one

 private:
  void record(const load::LoadEvent& event, std::uint64_t due);  // 0: flat out
  bool open(const load::LoadEvent& event);
  template <class Call>
  Append time(std::uint64_t due, bool token, Call&& call);
  Append time_event(Recorder& recorder, const EventView& event, std::uint64_t due);

  Log& log_;
  BenchShare share_;
  std::vector<Recorder> recorders_;  // by stream; closed ones stay, empty
};

}  // namespace reel::tool
