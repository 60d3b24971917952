#include "json/free_form.hpp"
#include "json/raw_text.hpp"
#include "reel/json_object.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

// Each object in the text is met at most once, by the one path of keys that leads to it.
std::optional<FreeForm> find_path(const FreeForm& object, std::string_view path) {
  if (auto whole = find_member(object, path)) return whole;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    const auto inner = find_member(object, path.substr(0, dot));
    if (!inner) continue;
    if (auto found = find_path(*inner, path.substr(dot + 1))) return found;
  }
  return std::nullopt;
}

std::optional<FreeForm> value_at(std::string_view text, std::string_view path) {
  auto root = parse_free_form(text);
  return path.empty() || !root ? root : find_path(*root, path);
}

template <class T>
std::optional<T> get(const std::optional<FreeForm>& at) {
  T value{};
  if (!at || at->value.get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> get_string(std::string_view object, std::string_view path) {
  const auto text = get<std::string_view>(value_at(object, path));
  return text ? std::optional<std::string>(*text) : std::nullopt;
}
std::optional<std::int64_t> get_integer(std::string_view object, std::string_view path) {
  return get<std::int64_t>(value_at(object, path));
}
std::optional<std::uint64_t> get_unsigned(std::string_view object, std::string_view path) {
  return get<std::uint64_t>(value_at(object, path));
}
std::optional<bool> get_bool(std::string_view object, std::string_view path) {
  return get<bool>(value_at(object, path));
}

std::optional<double> get_double(std::string_view object, std::string_view path) {
  const auto at = value_at(object, path);
  const auto value = get<double>(at);
  return value ? std::optional<double>(with_sign_of(at->raw, *value)) : std::nullopt;
}

std::optional<std::string> get_text(std::string_view object, std::string_view path) {
  const auto at = value_at(object, path);
  return at ? std::optional<std::string>(minified(at->raw)) : std::nullopt;
}

std::optional<std::vector<std::string>> get_elements(std::string_view object,
                                                     std::string_view path) {
  const auto at = value_at(object, path);
  return at ? elements_of(*at) : std::nullopt;
}

std::optional<std::vector<std::string>> get_keys(std::string_view object, std::string_view path) {
  const auto members = get<dom::object>(value_at(object, path));
  if (!members) return std::nullopt;
  std::vector<std::string> keys;
  for (const auto& member : *members) keys.emplace_back(member.key);
  return keys;
}

}  // namespace reel::json
