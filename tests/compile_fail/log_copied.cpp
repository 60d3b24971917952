// A store has one writer in a process: a Log moves, it is not copied.
// refused: deleted
#include <utility>

#include "reel/log.hpp"

reel::Log second(reel::Log& first) {
#ifdef REEL_MISUSE
  return first;
#else
  return std::move(first);
#endif
}
