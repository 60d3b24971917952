// Free-form JSON of events (options, results, metadata): made by ObjectBuilder, read by json::get.
// Both work on text, as events carry it; a number keeps its digits, an object its order of keys.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/status.hpp"

namespace reel::json {

// ObjectBuilder().add("model", "gpt-4").add("temperature", 0.7).text()
// Without members: {}. A key that was added before is invalid JSON for reel: text() then answers
// invalid_argument, as for text that is not UTF-8, a double that is not finite, or raw text that is
// no JSON value. The first such fault is the one told. One thread at a time.
class ObjectBuilder {
 public:
  ObjectBuilder& add(std::string_view key, std::string_view value);
  ObjectBuilder& add(std::string_view key, const char* value) {
    return add(key, std::string_view(value));
  }
  ObjectBuilder& add(std::string_view key, double value);
  ObjectBuilder& add(std::string_view key, std::same_as<bool> auto value) {
    return append(key, value ? "true" : "false");
  }
  ObjectBuilder& add(std::string_view key, std::signed_integral auto value) {
    return add_integer(key, value);
  }
  ObjectBuilder& add(std::string_view key, std::unsigned_integral auto value) requires(
      !std::same_as<decltype(value), bool>) {
    return add_unsigned(key, value);
  }
  ObjectBuilder& add_null(std::string_view key) { return append(key, "null"); }
  ObjectBuilder& add_strings(std::string_view key, const std::vector<std::string>& values);
  // Any JSON value, as text: an object of another builder, an array. White space outside strings
  // goes, all else stays as it is.
  ObjectBuilder& add_raw(std::string_view key, std::string_view json_text);
  Result<std::string> text() const;

 private:
  ObjectBuilder& add_integer(std::string_view key, std::int64_t value);
  ObjectBuilder& add_unsigned(std::string_view key, std::uint64_t value);
  ObjectBuilder& append(std::string_view key, std::string_view json);
  ObjectBuilder& refuse(std::string_view key, std::string_view why);

  std::string members_;  // `"a":1,"b":[2]`
  Status status_;        // the first fault
};

// A member of a JSON object, by key; dots in `path` go into objects ("metadata.user.id"), after the
// whole path was looked for as a key; keys may have dots of their own, of several ways to read the
// path the one with the shortest first key counts. An empty path is the whole text, which need be
// no object then: so the elements of an array can be read in turn.
// nullopt: no such member, another kind of value, or text that is no JSON. Any thread; each call
// parses the text.
std::optional<std::string> get_string(std::string_view object, std::string_view path);
// Exact or not at all: neither 1.0 nor what the type cannot hold is an integer.
std::optional<std::int64_t> get_integer(std::string_view object, std::string_view path);
std::optional<std::uint64_t> get_unsigned(std::string_view object, std::string_view path);
// Any number; integers beyond 2^53 as the nearest double.
std::optional<double> get_double(std::string_view object, std::string_view path);
std::optional<bool> get_bool(std::string_view object, std::string_view path);
// Any value, as it was written, without white space outside its strings.
std::optional<std::string> get_text(std::string_view object, std::string_view path);
// The elements of an array, each as get_text gives it.
std::optional<std::vector<std::string>> get_elements(std::string_view object,
                                                     std::string_view path);
// The keys of an object in their order, as plain strings.
std::optional<std::vector<std::string>> get_keys(std::string_view object, std::string_view path);

}  // namespace reel::json
