#include "json/raw_text.hpp"

#include <cstring>

namespace reel::json {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool ends_scalar(char c) noexcept { return c == ',' || c == '}' || c == ']' || is_space(c); }

// Behind the string that begins at `at`. Jumps from quote to quote: an odd run of backslashes
// before one means that it is escaped.
const char* string_end(const char* at, const char* end) noexcept {
  ++at;
  while (at < end) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (at == nullptr) return end;
    const char* before = at;
    while (before[-1] == '\\') --before;
    ++at;
    if ((at - 1 - before) % 2 == 0) return at;
  }
  return end;
}

}  // namespace

void RawText::skip_space() noexcept {
  while (at_ != end_ && is_space(*at_)) ++at_;
}
void RawText::skip_string() noexcept { at_ = string_end(at_, end_); }

void RawText::skip_container() noexcept {
  std::size_t depth = 0;
  while (at_ != end_) {
    switch (*at_) {
      case '"':
        skip_string();
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        --depth;
        break;
      default:
        break;
    }
    ++at_;
    if (depth == 0) return;
  }
}

bool RawText::open() noexcept {
  skip_space();
  if (at_ == end_) return false;
  ++at_;
  return more();
}

bool RawText::more() noexcept {
  skip_space();
  if (at_ != end_ && *at_ == ',') ++at_;
  skip_space();
  return at_ != end_ && *at_ != '}' && *at_ != ']';
}

std::string_view RawText::value() noexcept {
  skip_space();
  const char* const start = at_;
  if (at_ != end_) {
    if (*at_ == '"') {
      skip_string();
    } else if (*at_ == '{' || *at_ == '[') {
      skip_container();
    } else {
      while (at_ != end_ && !ends_scalar(*at_)) ++at_;
    }
  }
  const std::string_view raw(start, static_cast<std::size_t>(at_ - start));
  skip_space();
  if (at_ != end_ && *at_ == ':') ++at_;
  return raw;
}

void append_minified(std::string& out, std::string_view raw) {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  const char* run = at;
  while (at != end) {
    if (*at == '"') {
      at = string_end(at, end);
    } else if (is_space(*at)) {
      out.append(run, at);
      while (at != end && is_space(*at)) ++at;
      run = at;
    } else {
      ++at;
    }
  }
  out.append(run, at);
}

}  // namespace reel::json
