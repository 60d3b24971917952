// Prediction: which number the next event of a run most likely carries. Writer and reader keep one
// each and must agree to the letter; only surprises are stored.
#pragma once

#include <cstdint>
#include <optional>

#include "reel/event.hpp"

namespace reel::segment {

class Prediction {
 public:
  // START, ERROR, opaque events and gaps have no number, all others do.
  static bool expects_number(EventType type) noexcept {
    return type != EventType::start && type != EventType::error && type != EventType::opaque &&
           type != EventType::gap;
  }
  static bool has_content(EventType type) noexcept {
    return type == EventType::checkpoint || type == EventType::continuation ||
           type == EventType::complete;
  }

  // 0 for types that expect none (theirs is then told from 0). Wraps like all arithmetic here.
  std::uint64_t number(EventType type, bool text_token) const noexcept {
    switch (type) {
      case EventType::token:
        return text_token ? next_text_ : next_other_;
      case EventType::retry:
      case EventType::fallback:
        return 1;
      default:
        return expects_number(type) ? next_text_ : 0;
    }
  }
  void note_token(std::optional<std::int64_t> number, bool text_token) noexcept {
    const std::uint64_t next = static_cast<std::uint64_t>(number.value_or(0)) + 1;
    (text_token ? next_text_ : next_other_) = next;
  }
  std::uint64_t next_text() const noexcept { return next_text_; }
  void set_next_text(std::uint64_t next) noexcept { next_text_ = next; }

 private:
  std::uint64_t next_text_ = 0, next_other_ = 0;
};

}  // namespace reel::segment
