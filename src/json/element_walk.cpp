#include "json/element_walk.hpp"

#include <algorithm>

#include "json/raw_text.hpp"
#include "json/validate.hpp"

namespace reel::json {

char ElementWalk::peek() noexcept {
  at_ = std::min(text_.find_first_not_of(" \n\t\r", at_), text_.size());
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool ElementWalk::refuse(const char* why) {
  Error error = refusal(why);
  error.offset = at_;
  status_ = std::move(error);
  ended_ = true;
  return false;
}

bool ElementWalk::end() {
  ++at_;
  ended_ = true;
  return peek() == '\0' && at_ == text_.size() ? false
                                               : refuse("there is more text after the array");
}

bool ElementWalk::step() {
  const char found = peek();
  if (!begun_) {
    if (found != '[') return refuse("the file must be one array of envelopes or events");
    begun_ = true;
    ++at_;
    return peek() == ']' ? end() : true;
  }
  if (found == ']') return end();
  if (at_ == text_.size()) return refuse("broken JSON: the array has no end");
  if (found != ',') return refuse("broken JSON: a comma between two elements is missing");
  ++at_;
  return true;
}

std::optional<std::string_view> ElementWalk::next() {
  if (ended_ || !step()) return std::nullopt;
  peek();
  const std::string_view raw = RawText(text_.substr(at_)).value();
  if (raw.empty()) {
    refuse(at_ == text_.size() ? "broken JSON: the array has no end"
                               : "broken JSON: an element is missing");
    return std::nullopt;
  }
  at_ += raw.size();
  return raw;
}

}  // namespace reel::json
