// Writes one JSON object, member by member.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reel/json.hpp"

namespace reel::json {

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  void close() { out_.push_back('}'); }

  void string(std::string_view name, std::string_view value) { append_string(key(name), value); }
  void integer(std::string_view name, std::int64_t value) { append_number(key(name), value); }
  void count(std::string_view name, std::uint64_t value) {
    char buffer[20];
    const auto done = std::to_chars(buffer, buffer + sizeof buffer, value);
    key(name).append(buffer, done.ptr);
  }
  void number(std::string_view name, double value) { append_number(key(name), value); }
  void boolean(std::string_view name, bool value) { key(name).append(value ? "true" : "false"); }
  void raw(std::string_view name, std::string_view json) { key(name).append(json); }
  void null(std::string_view name) { raw(name, "null"); }
  void string_or_null(std::string_view name, const std::optional<std::string>& value) {
    value ? string(name, *value) : null(name);
  }
  void raw_or_null(std::string_view name, const std::optional<std::string>& json) {
    raw(name, json && !json->empty() ? std::string_view(*json) : "null");
  }
  std::string& key(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    return out_.append("\"").append(name).append("\":");
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace reel::json
