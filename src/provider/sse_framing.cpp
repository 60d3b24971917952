#include "provider/sse_framing.hpp"

#include <algorithm>

namespace reel::provider {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDone = "[DONE]";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == ' ';
  });
}

}  // namespace

void ObjectEnd::feed(std::string_view bytes) noexcept {
  for (const char c : bytes) {
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      if (c == '\\') escaped_ = true;
      if (c == '"') in_string_ = false;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{') {
      ++depth_;
      begun_ = true;
    } else if (c == '}' && depth_ > 0) {
      --depth_;
    }
  }
}

void SseFraming::feed(std::string_view bytes) {
  if (after_cr_ && !bytes.empty()) {
    after_cr_ = false;
    if (bytes.front() == '\n') bytes.remove_prefix(1);
  }
  while (!bytes.empty()) {
    const auto end = bytes.find_first_of("\r\n");
    hold(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    const bool cr = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (cr && bytes.empty()) after_cr_ = true;
    if (cr && !bytes.empty() && bytes.front() == '\n') bytes.remove_prefix(1);
    end_line();
  }
}

void SseFraming::finish() {
  if (!line_.empty() || line_too_long_) end_line();
  dispatch();
}

void SseFraming::hold(std::string_view bytes) {
  if (line_too_long_) return;
  line_too_long_ = bytes.size() > kPayloadBytesMax - std::min(line_.size(), kPayloadBytesMax);
  if (line_too_long_) {
    line_ = std::string();  // give the memory back
  } else {
    line_.append(bytes);
  }
}

void SseFraming::end_line() {
  ++lines_;
  if (line_too_long_) {
    line_too_long_ = false;
    saw_text_ = true;
    callbacks_.skipped(lines_, "longer than 64 MiB");
    return;
  }
  std::string_view text = line_;
  if (lines_ == 1 && text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
  line(text);
  line_.clear();
}

void SseFraming::line(std::string_view text) {
  if (text.empty()) return dispatch();
  saw_text_ = true;
  if (text.front() == ':') return;  // a comment, often a sign of life
  const std::string_view bare = trim(text);
  if (bare.empty()) return;
  if (bare.front() == '{' || bare == kDone) return whole(bare);
  const auto colon = text.find(':');
  std::string_view value =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  field(text.substr(0, colon), value);
}

void SseFraming::field(std::string_view name, std::string_view value) {
  const bool known = name == "data" || name == "event" || name == "id" || name == "retry";
  if (!known) {
    constexpr std::size_t kNameBytesMax = 64;
    const bool field_like =
        is_word(name.substr(0, kNameBytesMax + 1)) && name.size() <= kNameBytesMax;
    callbacks_.skipped(lines_, field_like ? "an unknown field \"" + std::string(name) + "\""
                                          : "neither an SSE field nor a JSON object");
    return;
  }
  if (name == "data") data(value);
  if (name == "event") {
    if (object_.complete() && data_.front() == '{') dispatch();
    event_name_ = value;
  }
}

void SseFraming::data(std::string_view value) {
  const bool begins_anew = value == kDone || value.substr(0, 1) == "{";
  const bool ended = data_ == kDone || (object_.complete() && data_.front() == '{');
  if (has_data_ && begins_anew && ended) dispatch();
  if (!has_data_) {
    data_line_ = lines_;
  } else if (data_.size() + 1 + value.size() > kPayloadBytesMax) {
    data_too_long_ = true;
  } else {
    data_ += '\n';
  }
  has_data_ = true;
  if (data_too_long_) return;
  data_.append(value);
  object_.feed(value);
}

// A payload that is a line of its own.
void SseFraming::whole(std::string_view text) {
  dispatch();
  callbacks_.payload(Payload{lines_, text, {}});
}

void SseFraming::dispatch() {
  if (has_data_ && data_too_long_) {
    callbacks_.skipped(data_line_, "the `data` that begins here is longer than 64 MiB");
  } else if (has_data_) {
    callbacks_.payload(Payload{data_line_, data_, event_name_});
  }
  has_data_ = data_too_long_ = false;
  data_.clear();
  event_name_.clear();
  object_.reset();
}

}  // namespace reel::provider
