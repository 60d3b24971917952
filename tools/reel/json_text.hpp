// Pieces of JSON that several verbs print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reel/reader.hpp"

namespace reel::tool {

std::string json_string(std::string_view text);

// A JSON array of what `each` makes of the items.
template <class Items, class Each>
std::string json_array(const Items& items, Each each) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += each(item);
  }
  return out + ']';
}

std::string json_strings(const std::vector<std::string>& texts);
std::string json_damage(const std::vector<Damage>& damage);

}  // namespace reel::tool
