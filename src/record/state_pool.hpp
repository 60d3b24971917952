// StatePool: where RecorderStates lie. A gateway opens and closes thousands of streams a second,
// and each state fills a cache line of its own: from the general heap that costs twice the memory
// and three times the time. What was given back is kept for the next. Any thread.
#pragma once

#include <cstddef>

namespace reel::record {

inline constexpr std::size_t kStateBytes = 64;

// A cache line. Throws std::bad_alloc.
void* take_state();
void give_state(void* state) noexcept;

}  // namespace reel::record
