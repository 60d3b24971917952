// A JSON value beside its source: what is in it by name, decoded and as it was written.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/raw_text.hpp"

namespace reel::json {

struct FreeForm {
  simdjson::dom::element value;
  std::string_view raw;  // as written
};

// With a parser kept per thread for its buffers: what it answers lives, with `text`, until the next
// call on this thread. nullopt: no JSON.
std::optional<FreeForm> parse_free_form(std::string_view text);

// Each member of an object in order, with its key; nothing of another value.
template <class Each>
void for_each_member(const FreeForm& object, const Each& each) {
  simdjson::dom::object members;
  if (object.value.get(members) != simdjson::SUCCESS) return;
  RawText raw(object.raw);
  raw.open();
  for (const auto& member : members) {
    raw.value();  // the key
    each(member.key, FreeForm{member.value, raw.value()});
    raw.more();
  }
}

// The member of an object; of several with that name the last counts.
std::optional<FreeForm> find_member(const FreeForm& object, std::string_view name);

// The elements of an array, each minified; nullopt: no array.
std::optional<std::vector<std::string>> elements_of(const FreeForm& array);

// `raw` without the white space outside its strings.
std::string minified(std::string_view raw);

}  // namespace reel::json
