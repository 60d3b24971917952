#include "json_text.hpp"

#include <fmt/format.h>

#include "reel/json.hpp"

namespace reel::tool {

std::string json_string(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

std::string json_strings(const std::vector<std::string>& texts) {
  return json_array(texts, json_string);
}

std::string json_damage(const std::vector<Damage>& damage) {
  return json_array(damage, [](const Damage& at) {
    return fmt::format("{{\"file\":{},\"offset\":{},\"bytes\":{},\"what\":{}}}",
                       json_string(at.file), at.offset, at.bytes, json_string(at.what));
  });
}

}  // namespace reel::tool
