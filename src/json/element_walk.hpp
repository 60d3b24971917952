// The elements of an array in text that nobody has checked, so that each can be parsed by itself.
//
// A damaged element costs no other one, unless its brackets or quotes do not match: then it reaches
// to the end of the text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "reel/status.hpp"

namespace reel::json {

class ElementWalk {
 public:
  // Views that next() gives point into `text`.
  explicit ElementWalk(std::string_view text) noexcept : text_(text) {}

  // The next element as written, not checked. Nullopt: the array has ended, or it is broken, which
  // status() tells with the offset.
  std::optional<std::string_view> next();
  const Status& status() const noexcept { return status_; }

 private:
  char peek() noexcept;  // the next character that is no white space; NUL at the end
  bool step();           // to the next element
  bool end();
  bool refuse(const char* why);

  std::string_view text_;
  std::size_t at_ = 0;
  bool begun_ = false, ended_ = false;
  Status status_;
};

}  // namespace reel::json
