// Time, as an interface, so that tests can own it.
#pragma once

#include <cstdint>

namespace reel::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_us() = 0;       // Unix time, microseconds; may jump
  virtual std::int64_t monotonic_us() = 0;  // never goes back
};

// The system's. Never destroyed.
Clock& system_clock();

}  // namespace reel::base
