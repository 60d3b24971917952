// A JSON value beside its source: what is in it by name, decoded and as it was written.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reel::json {

struct FreeForm {
  simdjson::dom::element value;
  std::string_view raw;  // as written
};

// With a parser kept per thread for its buffers: what it answers lives, with `text`, until the next
// call on this thread. nullopt: no JSON.
std::optional<FreeForm> parse_free_form(std::string_view text);

// The member of an object; of several with that name the last counts.
std::optional<FreeForm> find_member(const FreeForm& object, std::string_view name);

// The elements of an array, each minified; nullopt: no array.
std::optional<std::vector<std::string>> elements_of(const FreeForm& array);

// `raw` without the white space outside its strings.
std::string minified(std::string_view raw);

}  // namespace reel::json
