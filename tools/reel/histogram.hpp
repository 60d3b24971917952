// What the benchmarks count durations with: 32 steps to each power of two (3 % apart).
#pragma once

#include "reel/log_linear_histogram.hpp"

namespace reel::tool {

using Histogram = LogLinearHistogram<5, 64>;

}  // namespace reel::tool
