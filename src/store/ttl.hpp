// Which events a TTL hides, and a cursor without them.
#pragma once

#include <cstdint>
#include <memory>

#include "reel/stores.hpp"

namespace reel::store {

// `now`, or the system's clock where that is empty.
double now_ms(const NowMs& now);

// The moment is that of its making: a walk does not lose events on its way.
class TtlFilter {
 public:
  TtlFilter() = default;  // hides nothing
  TtlFilter(double now_ms, std::int64_t ttl_ms) noexcept
      : hides_any_(true), now_ms_(now_ms), ttl_ms_(static_cast<double>(ttl_ms)) {}

  bool hides(double ts_ms) const noexcept { return hides_any_ && now_ms_ - ts_ms > ttl_ms_; }

 private:
  bool hides_any_ = false;
  double now_ms_ = 0, ttl_ms_ = 0;
};

// Of a handle with a TTL of its own, where 0 never hides.
inline TtlFilter handle_filter(std::int64_t ttl_ms, const NowMs& now) {
  return ttl_ms == 0 ? TtlFilter() : TtlFilter(now_ms(now), ttl_ms);
}

// The cursor's events, less those that the filter hides.
std::unique_ptr<EventCursor> visible(std::unique_ptr<EventCursor> cursor, TtlFilter filter);

}  // namespace reel::store
