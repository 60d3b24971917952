// Stripping: a stream without its content, of which the facts stay. TOKENs and CHECKPOINTs give way
// to GAPs that say how many they were, and the texts that repeat them go from COMPLETE and
// CONTINUATION.
#pragma once

#include <cstdint>

#include "merge/row_buffer.hpp"
#include "reel/event.hpp"

namespace reel::merge {

constexpr bool is_content(EventType type) noexcept {
  return type == EventType::token || type == EventType::checkpoint;
}

// What an event that stays looks like.
inline void strip(EventView& event) noexcept {
  const bool repeats = event.type == EventType::complete || event.type == EventType::continuation;
  if (repeats) event.text = {};
}

// Events of one stream that follow each other and go: one GAP stands for them.
class StrippedRun {
 public:
  void add(const EnvelopeView& event, std::uint32_t stream, RowBuffer& rows);
  void end(std::uint32_t stream, RowBuffer& rows);  // the GAP, if there is any to be told of

 private:
  std::uint64_t first_seq_ = 0, count_ = 0;
  double ts_ms_ = 0;  // of the last
};

}  // namespace reel::merge
