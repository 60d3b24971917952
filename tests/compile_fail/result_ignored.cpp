// A Result must be looked at: here the Log would be opened and closed again at once.
// refused: nodiscard
#include "reel/log.hpp"

bool open(const std::string& path) {
#ifdef REEL_MISUSE
  reel::Log::open(path);
  return true;
#else
  return reel::Log::open(path).ok();
#endif
}
