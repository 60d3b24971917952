// A Status must be looked at.
// refused: nodiscard
#include "reel/log.hpp"

bool flush(reel::Log& log) {
#ifdef REEL_MISUSE
  log.flush();
  return true;
#else
  return log.flush().ok();
#endif
}
