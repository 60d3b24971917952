// The views of a Cursor live until its next step: two Cursors must not share them.
// refused: deleted
#include <utility>

#include "reel/reader.hpp"

reel::Cursor second(reel::Cursor& first) {
#ifdef REEL_MISUSE
  return first;
#else
  return std::move(first);
#endif
}
