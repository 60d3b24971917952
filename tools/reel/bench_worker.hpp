// BenchWorker: what one thread of `bench write` records, and how long each call took.
//
// It takes its share of the streams, by their number, so that all events of a stream come from one
// thread. The Log outlives it. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "histogram.hpp"
#include "load/load_generator.hpp"
#include "load/load_slice.hpp"
#include "reel/log.hpp"

namespace reel::tool {

class BenchWorker {
 public:
  BenchWorker(Log& log, std::string_view name_space, std::uint32_t number, std::uint32_t of)
      : log_(log), name_space_(name_space), number_(number), of_(of) {}

  // The events of its own streams.
  void record(const load::LoadSlice& slice);
  // One event, of one of its streams.
  void record(const load::LoadEvent& event);
  void close() { recorders_.clear(); }

  Histogram all, tokens;  // ticks a call, the cost of reading them included
  std::uint64_t events = 0, refused = 0;
  std::uint64_t ticks_recording = 0;
  Status failure;  // of opening a stream, the first one

 private:
  bool open(const load::LoadEvent& event);
  Append time_token(Recorder& recorder, const EventView& event);
  Append time_other(Recorder& recorder, const EventView& view);

  Log& log_;
  std::string name_space_;
  std::uint32_t number_, of_;
  std::vector<Recorder> recorders_;  // by stream; closed ones stay, empty
};

}  // namespace reel::tool
