// The members of one JSON object: each is taken once, by name and kind; the rest is `extra`.
//
// The first refusal sticks: later takes give empty values, and the caller asks error() once at the
// end. An optional member that is null stays in the rest, so that it is written again as null.
// With Names::camel_too a member that is missing is looked for under its camelCase name as well.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/status.hpp"

namespace reel::json {

enum class Names { snake, camel_too };

class Members {
 public:
  // `raw` is the source of `object`; both must outlive the takes. `owner` names the object in
  // messages ("a TOKEN", "the envelope").
  void read(simdjson::dom::object object, std::string_view raw, Names names = Names::snake);
  void set_owner(std::string_view owner) { owner_ = owner; }

  Names names() const noexcept { return names_; }
  bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

  // Required.
  std::string string(std::string_view name);
  std::int64_t integer(std::string_view name);
  std::uint64_t unsigned_integer(std::string_view name);
  double number(std::string_view name);
  struct Object {
    simdjson::dom::object value;
    std::string_view raw;
  };
  std::optional<Object> object(std::string_view name);  // nullopt when refused

  // Optional.
  std::optional<std::string> optional_string(std::string_view name);
  std::string optional_nonempty_string(std::string_view name);  // "" stays in the rest
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<std::string> optional_number_text(std::string_view name);  // as written
  std::string optional_object_text(std::string_view name);                 // minified; "" = absent
  double optional_number(std::string_view name);                           // 0 = absent
  std::vector<std::string> optional_elements(std::string_view name);  // of an array, each minified

  // What nobody took: `"a":1,"b":[2]`, minified.
  std::string rest() const;

  const Status& status() const noexcept { return status_; }
  void refuse(std::string message);

 private:
  struct Member {
    std::string_view key;      // unescaped
    std::string_view raw_key;  // with its quotes, as written
    simdjson::dom::element value;
    std::string_view raw;
    bool taken = false;
  };

  const Member* find_written(std::string_view name) const noexcept;
  const Member* find(std::string_view name) const noexcept;
  Member* find(std::string_view name) noexcept;
  Member* find_optional(std::string_view name) noexcept;
  template <class T>
  T take(Member* member, std::string_view name, std::string_view kind);
  template <class T>
  std::optional<T> take_optional(std::string_view name, std::string_view kind);
  void refuse_kind(std::string_view name, std::string_view kind, const Member* found);

  std::vector<Member> members_;
  std::string_view owner_;
  Names names_ = Names::snake;
  Status status_;
};

}  // namespace reel::json
