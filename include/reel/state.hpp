// State: what a stream's events add up to, and the fold that adds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reel/event.hpp"

namespace reel {

// How content is put together. `l0`: tokens append, whatever happened before. `attempts`: RETRY and
// FALLBACK open a new attempt; content is the last attempt's.
enum class FoldMode : std::uint8_t { l0, attempts };

// What went wrong, from the last ERROR event.
struct SerializedError {
  std::string name, message;
  std::optional<std::string> code = {}, stack = {};  // null when absent
  std::optional<std::string> metadata = {};          // JSON text
  bool operator==(const SerializedError&) const = default;
};

// The document's ReplayedState. Stamps are Unix milliseconds, 0 when there is none.
struct State {
  std::string content;
  std::int64_t token_count = 0;  // index of the last text token plus one: not a counter
  std::string checkpoint;
  std::vector<std::string> violations;  // JSON text, one object each
  bool drift_detected = false;
  std::int64_t retry_attempts = 0;       // those that count toward the limit
  std::int64_t network_retry_count = 0;  // the others
  std::int64_t fallback_index = 0;
  bool completed = false;
  std::optional<SerializedError> error;
  double start_ts = 0, end_ts = 0;
  std::vector<std::string> attempts;  // FoldMode::attempts: content of each earlier attempt
  bool operator==(const State&) const = default;
};

// Applies one event. GAP and opaque events change nothing. Cost: a token appends its text.
void fold(State& state, const EventView& event, FoldMode mode = FoldMode::l0);

}  // namespace reel
