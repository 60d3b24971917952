// What folding and recording need to know of the free-form JSON inside events. Text that is not a
// JSON object, or has no such member, gives the empty answer: folding refuses no event. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reel/state.hpp"

namespace reel::json {

// The elements of a GUARDRAIL result's `violations`, each as written, without white space.
std::vector<std::string> violations(std::string_view result);

// Is a DRIFT result's `detected` true?
bool detected(std::string_view result);

// An ERROR's `error`: name and message "" when absent, the rest null.
SerializedError serialized_error(std::string_view error);
// The way back.
void append_serialized_error(std::string& out, const SerializedError& error);

}  // namespace reel::json
