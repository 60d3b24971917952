// Are two events the same, to the last byte of text and the last bit of ts? Written against the
// public structs alone, as a second opinion on the library's own comparison.
#pragma once

#include "reel/event.hpp"

namespace reel::demo {

bool same(const Event& a, const Event& b);

}  // namespace reel::demo
