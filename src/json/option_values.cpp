#include "json/option_values.hpp"

#include "json/free_form.hpp"

namespace reel::json {

bool for_each_value(std::string_view object, const EachValue& each) {
  const auto parsed = parse_free_form(object);
  if (!parsed || !parsed->value.is_object()) return false;
  for_each_member(*parsed, [&](std::string_view key, const FreeForm& value) {
    std::string_view text;
    if (value.value.get(text) == simdjson::SUCCESS) {
      each(key, text);
    } else if (value.value.is_object() || value.value.is_array()) {
      each(key, std::nullopt);
    } else {
      each(key, value.raw);
    }
  });
  return true;
}

}  // namespace reel::json
