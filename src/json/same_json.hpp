// Are two JSON texts the same value? Any thread.
#pragma once

#include <string_view>

namespace reel::json {

// By value: keys in any order, strings by their characters, numbers by what they amount to
// (1 equals 1.0; both are compared exactly, without rounding). Text that is no JSON is compared as
// bytes.
bool same_json(std::string_view a, std::string_view b);

}  // namespace reel::json
