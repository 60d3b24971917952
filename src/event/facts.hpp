// StreamFacts: what metadata() says about a stream, folded event by event without its texts.
// Facts of consecutive parts of a stream (segments, then the arena) join with `append`.
#pragma once

#include <cstdint>

#include "reel/event.hpp"

namespace reel::event {

struct StreamFacts {
  std::uint64_t event_count = 0;  // gaps not counted
  std::uint64_t gap_records = 0, gap_events = 0;
  std::uint64_t first_seq = 0, next_seq = 0;
  std::int64_t token_count = 0;  // last of TOKEN.index + 1 (text channel) and COMPLETE.token_count
  double start_ts = 0, end_ts = 0;
  bool has_events = false;
  bool has_token_count = false;
  bool has_start = false;
  bool has_end = false;        // a COMPLETE or an ERROR
  bool completed = false;      // any COMPLETE
  bool has_error = false;      // any ERROR
  bool ends_in_error = false;  // the later of COMPLETE and ERROR was an ERROR

  void note(std::uint64_t seq, const EventView& event) noexcept;
  void append(const StreamFacts& later) noexcept;
};

}  // namespace reel::event
