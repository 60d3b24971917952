#include "json/free_form.hpp"

#include "base/thread_own.hpp"
#include "json/raw_text.hpp"
#include "json/validate.hpp"

namespace reel::json {

namespace dom = simdjson::dom;

std::optional<FreeForm> parse_free_form(std::string_view text) {
  struct FreeFormText;
  auto root = base::thread_own<Dom, FreeFormText>().parse(text);
  if (!root) return std::nullopt;
  return FreeForm{*root, RawText(text).value()};
}

std::optional<FreeForm> find_member(const FreeForm& object, std::string_view name) {
  std::optional<FreeForm> found;
  for_each_member(object, [&](std::string_view key, const FreeForm& value) {
    if (key == name) found = value;
  });
  return found;
}

std::optional<std::vector<std::string>> elements_of(const FreeForm& array) {
  if (!array.value.is<dom::array>()) return std::nullopt;
  std::vector<std::string> elements;
  RawText raw(array.raw);
  for (bool more = raw.open(); more; more = raw.more()) elements.push_back(minified(raw.value()));
  return elements;
}

std::string minified(std::string_view raw) {
  std::string text;
  append_minified(text, raw);
  return text;
}

}  // namespace reel::json
