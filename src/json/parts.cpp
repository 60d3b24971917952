#include "json/parts.hpp"

#include <optional>

#include "json/free_form.hpp"

namespace reel::json {
namespace {

std::optional<FreeForm> member_of(const std::optional<FreeForm>& object, std::string_view name) {
  return object ? find_member(*object, name) : std::nullopt;
}

// The characters of a string; anything else (a numeric code) as written.
std::optional<std::string> plain_text(const std::optional<FreeForm>& member) {
  if (!member || member->value.is_null()) return std::nullopt;
  std::string_view text;
  if (member->value.get(text) == simdjson::SUCCESS) return std::string(text);
  return minified(member->raw);
}

}  // namespace

std::vector<std::string> violations(std::string_view result) {
  const auto member = member_of(parse_free_form(result), "violations");
  auto list = member ? elements_of(*member) : std::nullopt;
  return list ? *std::move(list) : std::vector<std::string>();
}

bool detected(std::string_view result) {
  const auto member = member_of(parse_free_form(result), "detected");
  bool value = false;
  return member && member->value.get(value) == simdjson::SUCCESS && value;
}

SerializedError serialized_error(std::string_view error) {
  const auto object = parse_free_form(error);
  SerializedError serialized;
  serialized.name = plain_text(member_of(object, "name")).value_or("");
  serialized.message = plain_text(member_of(object, "message")).value_or("");
  serialized.code = plain_text(member_of(object, "code"));
  serialized.stack = plain_text(member_of(object, "stack"));
  const auto metadata = member_of(object, "metadata");
  if (metadata && !metadata->value.is_null()) serialized.metadata = minified(metadata->raw);
  return serialized;
}

}  // namespace reel::json
