// A Log on a file system in memory, stepped by the test: deterministic, killable at any moment.
#pragma once

#include <memory>
#include <string>

#include "io/memory_file_system.hpp"
#include "log/log_core.hpp"
#include "record/lane.hpp"
#include "support/catch.hpp"

namespace reel::test {

class TestClock : public base::Clock {
 public:
  std::int64_t wall_us() override { return now_us_; }
  std::int64_t monotonic_us() override { return now_us_; }
  void advance(std::int64_t us) { now_us_ += us; }

 private:
  std::int64_t now_us_ = 1'700'000'000'000'000;
};

inline LogOptions stepped_options() {
  LogOptions options;
  options.writer_thread = false;
  options.clock = ClockKind::system;
  options.arena_bytes = std::size_t{4} << 20;
  options.open_streams_max = 256;
  options.batch_bytes = 4096;
  options.overflow = Overflow::fail;
  return options;
}

using Core = std::shared_ptr<detail::LogCore>;

inline Result<Core> open_core(io::FileSystem& fs, base::Clock& clock, const LogOptions& options,
                              const std::string& path = "/store") {
  return detail::LogCore::open(path, options, {&fs, &clock});
}

// The same, of a log that must open: fails the running test when it does not.
inline Core opened(io::FileSystem& fs, base::Clock& clock,
                   const LogOptions& options = stepped_options()) {
  auto core = open_core(fs, clock, options);
  INFO(core.status().to_string());
  REQUIRE(core.ok());
  return *std::move(core);
}

// Records like a Recorder does, through the same lane.
inline Append record_event(detail::RecorderState& state, const Event& event) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  return state.lane->record(state, view, base::load<std::int64_t>(&event.ts_ms), true);
}

}  // namespace reel::test
