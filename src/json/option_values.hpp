// What the members of an object say, for those who compare and count them.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace reel::json {

// Each member in order: its key, and its value as plain text: a string's own, a number or literal
// as written; nullopt: an object or an array. Views live until the next call on this thread.
// false: `object` is none, and nothing was told.
using EachValue = std::function<void(std::string_view key, std::optional<std::string_view> value)>;
bool for_each_value(std::string_view object, const EachValue& each);

}  // namespace reel::json
