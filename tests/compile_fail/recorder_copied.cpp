// A Recorder is the one handle of its stream: it moves, it is not copied.
// refused: deleted
#include <utility>

#include "reel/recorder.hpp"

reel::Recorder second(reel::Recorder& first) {
#ifdef REEL_MISUSE
  return first;
#else
  return std::move(first);
#endif
}
