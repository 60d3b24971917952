// StatsGroup: what `reel stats` says of some streams, or of all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stream_timing.hpp"

namespace reel::tool {

struct StatsGroup {
  std::uint64_t streams = 0, timed_streams = 0, events = 0, tokens = 0;
  std::uint64_t gaps = 0;
  double paced_ms = 0;
  TimingHistogram first_token_us, gaps_us;
  TimingHistogram tokens_of_stream, events_of_stream;
  TimingHistogram milli_tokens_per_s;  // of streams

  void add(const StreamTiming& stream);
  // While a stream streams: all TOKENs that have one before them, by the time they took.
  std::optional<double> tokens_per_s() const;
};

// {"count":3,"p50":1.5,"p90":2,"p99":2,"max":2}, in units of `unit` values; null where none are.
void append_spread(std::string& out, const TimingHistogram& values, double unit);
// A number, or null.
void append_optional(std::string& out, const std::optional<double>& value);
// The members of the group's JSON object, without braces.
void append_group(std::string& out, const StatsGroup& group);

}  // namespace reel::tool
