#include "json/option_values.hpp"

#include "json/free_form.hpp"
#include "json/raw_text.hpp"

namespace reel::json {

namespace dom = simdjson::dom;

bool for_each_value(std::string_view object, const EachValue& each) {
  const auto parsed = parse_free_form(object);
  dom::object members;
  if (!parsed || parsed->value.get(members) != simdjson::SUCCESS) return false;
  RawText raw(parsed->raw);
  raw.open();
  for (const auto& member : members) {
    raw.value();  // the key
    const std::string_view written = raw.value();
    std::string_view text;
    if (member.value.get(text) == simdjson::SUCCESS) {
      each(member.key, text);
    } else if (member.value.is_object() || member.value.is_array()) {
      each(member.key, std::nullopt);
    } else {
      each(member.key, written);
    }
    raw.more();
  }
  return true;
}

}  // namespace reel::json
