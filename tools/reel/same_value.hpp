// Are two events the same by value? Free-form JSON counts by its values: escapes, spacing and the
// spelling of floats do not matter; the order of members, and 1 against 1.0, do.
#pragma once

#include <string>
#include <string_view>

#include "reel/event.hpp"

namespace reel::tool {

// Same type, same ts, same fields. Members of the envelope are not part of the event.
bool same_value(const Event& a, const Event& b);

// Valid JSON text in one spelling per value, for comparison only.
std::string canonical_json(std::string_view json);

}  // namespace reel::tool
