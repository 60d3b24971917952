// The clock that a replay waits on by default: the system's steady one.
#pragma once

#include <memory>

#include "reel/replay.hpp"

namespace reel::detail {

std::shared_ptr<ReplayClock> steady_clock();

}  // namespace reel::detail
