// The bytes of JSON values, as they were written.
//
// Free-form objects keep their key order, their integers and the digits of their floats, so they
// are cut out of the source instead of being written anew. Everything here expects text that
// validate() has accepted; on other text the answers are wrong, but stay within the bytes given.
#pragma once

#include <string>
#include <string_view>

namespace reel::json {

// Walks over validated text. Views point into it.
class RawText {
 public:
  explicit RawText(std::string_view text) noexcept
      : at_(text.data()), end_(text.data() + text.size()) {}

  // Steps over white space and structural characters; false at the end of the container.
  bool open() noexcept;  // '{' or '['
  bool more() noexcept;  // another member or element follows; steps over a comma
  // The next value, e.g. `"key"`, `{"a":[1]}` or `1.10`; steps over a ':' that follows it.
  std::string_view value() noexcept;

 private:
  void skip_space() noexcept;
  void skip_string() noexcept;
  void skip_container() noexcept;

  const char* at_;
  const char* end_;
};

// The double that `raw` says: "-0" is an integer to simdjson and loses its sign there.
inline double with_sign_of(std::string_view raw, double value) noexcept {
  return value == 0 && raw.substr(0, 1) == "-" ? -0.0 : value;
}

// Appends `raw` without the white space outside its strings.
void append_minified(std::string& out, std::string_view raw);

}  // namespace reel::json
