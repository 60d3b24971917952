#include "provider/json_tree.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace reel::provider {
namespace {

namespace od = simdjson::ondemand;

std::string_view trim_right(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// A string as written, from its opening quote to its closing one. simdjson has checked that both
// are there.
std::string_view quoted(const char* after_quote) {
  const char* end = after_quote;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {after_quote - 1, static_cast<std::size_t>(end - after_quote) + 2};
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool Value::is_empty() const noexcept {
  switch (kind()) {
    case Kind::none:
    case Kind::null:
      return true;
    case Kind::string:
      return node().text.empty();
    case Kind::array:
    case Kind::object:
      return node().end == index_ + 1;
    default:
      return false;
  }
}

std::string Value::json() const {
  const std::string_view text = raw();
  // minify() may write past its result, never past the size of its input.
  std::string out(text.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t length = 0;
  if (simdjson::minify(text.data(), text.size(), out.data(), length) != simdjson::SUCCESS)
    return std::string(text);
  out.resize(length);
  return out;
}

std::optional<double> Value::number() const noexcept {
  if (kind() != Kind::number) return std::nullopt;
  double value = 0;
  const std::string_view text = node().raw;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional<double>(value) : std::nullopt;
}

std::optional<std::int64_t> Value::integer() const noexcept {
  if (kind() != Kind::number) return std::nullopt;
  std::int64_t value = 0;
  const std::string_view text = node().raw;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole ? std::optional<std::int64_t>(value) : std::nullopt;
}

Value Value::operator[](std::string_view key) const noexcept {
  if (!is_object()) return {};
  for (const Value member : *this) {
    if (member.key() == key) return member;
  }
  return {};
}

Value Value::front() const noexcept {
  const bool has_children = (is_object() || is_array()) && node().end > index_ + 1;
  return has_children ? Value(nodes_, index_ + 1) : Value();
}

std::size_t Value::size() const noexcept {
  std::size_t count = 0;
  for (Iterator child = begin(); child != end(); ++child) ++count;
  return count;
}

Value::Iterator Value::begin() const noexcept {
  return {nodes_, is_object() || is_array() ? index_ + 1 : 0};
}

Value::Iterator Value::end() const noexcept {
  return {nodes_, is_object() || is_array() ? node().end : 0};
}

// Walks the document once, front to back, which is the order simdjson's on-demand reading wants,
// and looks at every value: what is not looked at is not checked.
struct Tree::Parser {
  od::parser parser;
  od::document document;
  std::vector<Node>* nodes = nullptr;
  std::string_view input;
  std::string problem;

  bool fail(std::string_view why) {
    if (problem.empty()) problem = why;
    return false;
  }
  bool fail(simdjson::error_code error) {
    if (error == simdjson::STRING_ERROR)
      return fail("a string with a bad escape, a control character or a lone surrogate");
    if (error == simdjson::INCORRECT_TYPE) return fail("a word that is no JSON literal");
    return fail(simdjson::error_message(error));
  }

  bool run(const simdjson::padded_string_view& text) {
    input = std::string_view(text.data(), text.size());
    problem.clear();
    if (const auto error = parser.iterate(text).get(document)) return fail(error);
    od::json_type type{};
    if (const auto error = document.type().get(type)) return fail(error);
    if (type != od::json_type::object) return fail("expected a JSON object");
    od::value value;
    if (const auto error = document.get_value().get(value)) return fail(error);
    if (!walk(value, {}, {}, 0)) return false;
    const char* rest = nullptr;  // an error when nothing is left
    if (document.current_location().get(rest) == simdjson::SUCCESS)
      return fail("there is more text after the JSON object");
    return true;
  }

  // The bytes from `begin` to the next thing the parser would read, without the space between.
  std::string_view raw_from(const char* begin) {
    const char* next = nullptr;
    if (document.current_location().get(next) != simdjson::SUCCESS)
      next = input.data() + input.size();
    return trim_right(std::string_view(begin, static_cast<std::size_t>(next - begin)));
  }

  bool walk(od::value& value, std::string_view key, std::string_view name, std::size_t depth) {
    if (depth >= kDepthMax) return fail("nested more than 256 levels deep");
    const std::size_t index = nodes->size();
    nodes->emplace_back();
    const std::string_view token = value.raw_json_token();
    Node node;
    node.key = key;
    node.name = name;
    node.raw = trim_right(token);
    od::json_type type{};
    if (const auto error = value.type().get(type)) return fail(error);
    if (!take(value, type, node, depth)) return false;
    if (type == od::json_type::object || type == od::json_type::array)
      node.raw = raw_from(token.data());
    node.end = static_cast<std::uint32_t>(nodes->size());
    (*nodes)[index] = node;
    return type != od::json_type::object || check_keys(index);
  }

  bool take(od::value& value, od::json_type type, Node& node, std::size_t depth) {
    switch (type) {
      case od::json_type::object:
        node.kind = Kind::object;
        return walk_object(value, depth);
      case od::json_type::array:
        node.kind = Kind::array;
        return walk_array(value, depth);
      case od::json_type::string:
        node.kind = Kind::string;
        if (const auto error = value.get_string().get(node.text)) return fail(error);
        return is_utf8(node.text) || fail("a lone surrogate in a string");
      case od::json_type::number: {
        node.kind = Kind::number;
        od::number number;
        const auto error = value.get_number().get(number);
        return !error || fail(error);
      }
      case od::json_type::boolean: {
        node.kind = Kind::boolean;
        bool ignored = false;
        const auto error = value.get_bool().get(ignored);
        return !error || fail(error);
      }
      case od::json_type::null: {
        node.kind = Kind::null;
        bool is_null = false;
        const auto error = value.is_null().get(is_null);
        return (!error && is_null) || fail("a word that is no JSON literal");
      }
    }
    return fail("not JSON");
  }

  bool walk_object(od::value& value, std::size_t depth) {
    od::object object;
    if (const auto error = value.get_object().get(object)) return fail(error);
    for (auto item : object) {
      od::field field;
      if (const auto error = std::move(item).get(field)) return fail(error);
      const std::string_view name = quoted(field.key().raw());
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return fail(error);
      if (!is_utf8(key)) return fail("a lone surrogate in a key");
      if (!walk(field.value(), key, name, depth + 1)) return false;
    }
    return true;
  }

  bool walk_array(od::value& value, std::size_t depth) {
    od::array array;
    if (const auto error = value.get_array().get(array)) return fail(error);
    for (auto item : array) {
      od::value element;
      if (const auto error = std::move(item).get(element)) return fail(error);
      if (!walk(element, {}, {}, depth + 1)) return false;
    }
    return true;
  }

  bool check_keys(std::size_t index) {
    std::vector<std::string_view> keys;
    for (const Value member : Value(nodes->data(), static_cast<std::uint32_t>(index)))
      keys.push_back(member.key());
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) == keys.end() || fail("a duplicate key");
  }
};

Tree::Tree() : parser_(std::make_unique<Parser>()) {}
Tree::~Tree() = default;

std::string Tree::parse(std::string_view text) {
  nodes_.clear();
  padded_.assign(text);
  padded_.append(simdjson::SIMDJSON_PADDING, ' ');
  parser_->nodes = &nodes_;
  if (!parser_->run(simdjson::padded_string_view(padded_.data(), text.size(), padded_.size())))
    nodes_.clear();
  return parser_->problem;
}

}  // namespace reel::provider
