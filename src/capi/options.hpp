// Options as C gives them.
#pragma once

#include "reel/follower.hpp"
#include "reel/options.hpp"
#include "reel/reel.h"

namespace reel::capi {

// All of them: null is the defaults; invalid_argument for a number that is none of its enum's, a
// text that is none, or a struct that was not filled by its init function.
Result<LogOptions> log_options(const reel_log_options* given);
Result<ReaderOptions> reader_options(const reel_reader_options* given);
Result<FollowOptions> follow_options(const reel_follow_options* given);

}  // namespace reel::capi
