// What a stream may be called, and namespace and id as one key.
#pragma once

#include <string>
#include <string_view>

#include "reel/status.hpp"

namespace reel::log {

// Both are 1..4096 bytes of UTF-8; else invalid_argument.
Status check_names(std::string_view name_space, std::string_view id);

std::string key_of(std::string_view name_space, std::string_view id);  // names that were checked

}  // namespace reel::log
