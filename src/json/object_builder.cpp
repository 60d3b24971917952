#include <charconv>
#include <cmath>

#include "base/thread_own.hpp"
#include "base/utf8.hpp"
#include "json/validate.hpp"
#include "reel/json.hpp"
#include "reel/json_object.hpp"

namespace reel::json {

ObjectBuilder& ObjectBuilder::refuse(std::string_view key, std::string_view why) {
  if (!status_.ok()) return *this;
  std::string message = "the member ";
  append_string(message, key);
  status_ = refusal(message.append(" ").append(why));
  return *this;
}

ObjectBuilder& ObjectBuilder::append(std::string_view key, std::string_view json) {
  if (!base::valid_utf8(key)) return refuse(key, "has a key that is not valid UTF-8");
  if (!members_.empty()) members_.push_back(',');
  append_string(members_, key);
  members_.append(":").append(json);
  return *this;
}

ObjectBuilder& ObjectBuilder::add(std::string_view key, std::string_view value) {
  if (!base::valid_utf8(value)) return refuse(key, "is not valid UTF-8");
  std::string json;
  append_string(json, value);
  return append(key, json);
}

ObjectBuilder& ObjectBuilder::add(std::string_view key, double value) {
  if (!std::isfinite(value)) {
    return refuse(key, "is not finite; JSON has no NaN and no infinity: give null instead");
  }
  std::string json;
  append_number(json, value);
  return append(key, json);
}

ObjectBuilder& ObjectBuilder::add_integer(std::string_view key, std::int64_t value) {
  std::string json;
  append_number(json, value);
  return append(key, json);
}

ObjectBuilder& ObjectBuilder::add_unsigned(std::string_view key, std::uint64_t value) {
  return append(key, std::to_string(value));
}

ObjectBuilder& ObjectBuilder::add_strings(std::string_view key,
                                          const std::vector<std::string>& values) {
  std::string json = "[";
  for (const std::string& value : values) {
    if (!base::valid_utf8(value)) return refuse(key, "holds a string that is not valid UTF-8");
    if (json.size() > 1) json.push_back(',');
    append_string(json, value);
  }
  return append(key, json.append("]"));
}

// Checked alone: `1,"other":2` would be fine between the others, but is no value.
ObjectBuilder& ObjectBuilder::add_raw(std::string_view key, std::string_view json_text) {
  struct RawMember;
  const auto parsed = base::thread_own<Dom, RawMember>().parse(json_text);
  if (!parsed) return refuse(key, "is no JSON value: " + parsed.error().message);
  return append(key, json_text);
}

Result<std::string> ObjectBuilder::text() const {
  if (!status_.ok()) return status_;
  struct Whole;
  return base::thread_own<Parser, Whole>().check_object("{" + members_ + "}");
}

}  // namespace reel::json
