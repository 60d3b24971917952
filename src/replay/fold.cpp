// What every event does to the state: docs/RULES.md, row by row.
#include "json/parts.hpp"
#include "reel/state.hpp"

namespace reel {
namespace {

std::string_view part_of(const EventView& event, Part id) {
  return event.part(id).value_or(std::string_view());
}

// Unsigned arithmetic: an index of 2^63-1 is legal and must not overflow.
std::int64_t one_more(std::int64_t index) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(index) + 1);
}

void open_attempt(State& state, FoldMode mode) {
  if (mode != FoldMode::attempts) return;
  state.attempts.push_back(std::move(state.content));
  state.content.clear();
  state.token_count = 0;
}

void fold_retry(State& state, const EventView& event, FoldMode mode) {
  const auto counts = event.part(Part::counts_toward_limit);
  const bool network = counts && *counts == std::string_view("\0", 1);
  ++(network ? state.network_retry_count : state.retry_attempts);
  open_attempt(state, mode);
}

void fold_violations(State& state, const EventView& event) {
  for (std::string& violation : json::violations(part_of(event, Part::result))) {
    state.violations.push_back(std::move(violation));
  }
}

}  // namespace

void fold(State& state, const EventView& event, FoldMode mode) {
  const std::int64_t number = event.number.value_or(0);
  switch (event.type) {
    case EventType::start:
      state.start_ts = event.ts_ms;
      break;
    case EventType::token:
      if (!event.is_text_token()) break;
      state.content += event.text;
      state.token_count = one_more(number);
      break;
    case EventType::checkpoint:
      state.checkpoint = event.text;
      break;
    case EventType::guardrail:
      fold_violations(state, event);
      break;
    case EventType::drift:
      if (json::detected(part_of(event, Part::result))) state.drift_detected = true;
      break;
    case EventType::retry:
      fold_retry(state, event, mode);
      break;
    case EventType::fallback:
      state.fallback_index = number;
      open_attempt(state, mode);
      break;
    case EventType::continuation:
      state.content = event.text;
      state.token_count = number;
      break;
    case EventType::complete:
      state.completed = true;
      state.content = event.text;
      state.token_count = number;
      state.end_ts = event.ts_ms;
      break;
    case EventType::error:
      state.error = json::serialized_error(part_of(event, Part::error));
      state.end_ts = event.ts_ms;
      break;
    case EventType::opaque:
    case EventType::gap:
      break;
  }
}

}  // namespace reel
