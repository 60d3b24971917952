#include "same_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "reel/json.hpp"

namespace reel::tool {
namespace {

// Walks JSON text that is known to be valid.
class Canonical {
 public:
  explicit Canonical(std::string_view json) : json_(json) {}

  std::string run() {
    while (at_ < json_.size()) step();
    return std::move(out_);
  }

  // The members of an object without its braces, one spelling each, sorted.
  std::vector<std::string> members() {
    std::vector<std::string> found;
    int depth = 0;
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (c == ',' && depth == 0) {
        ++at_;
        found.push_back(std::move(out_));
        out_.clear();
      } else {
        step();
      }
    }
    found.push_back(std::move(out_));
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  void step() {
    const char c = json_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (c == '"') {
      string();
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      number();
    } else {
      out_ += c;
      ++at_;
    }
  }

  std::uint32_t hex4() {
    std::uint32_t value = 0;
    const std::string_view digits = json_.substr(std::min(at_, json_.size()), 4);
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    at_ += 4;
    return value;
  }

  void append_code_point(std::string& text, std::uint32_t value) {
    const auto byte = [&](std::uint32_t bits) { text += static_cast<char>(bits); };
    if (value < 0x80) {
      byte(value);
    } else if (value < 0x800) {
      byte(0xC0 | value >> 6);
      byte(0x80 | (value & 0x3F));
    } else if (value < 0x10000) {
      byte(0xE0 | value >> 12);
      byte(0x80 | (value >> 6 & 0x3F));
      byte(0x80 | (value & 0x3F));
    } else {
      byte(0xF0 | value >> 18);
      byte(0x80 | (value >> 12 & 0x3F));
      byte(0x80 | (value >> 6 & 0x3F));
      byte(0x80 | (value & 0x3F));
    }
  }

  void escape(std::string& text) {
    const char c = at_ < json_.size() ? json_[at_++] : '\0';
    constexpr std::string_view kNames = "bfnrt", kValues = "\b\f\n\r\t";
    if (const std::size_t name = kNames.find(c); name != std::string_view::npos) {
      text += kValues[name];
    } else if (c != 'u') {
      text += c;
    } else {
      std::uint32_t value = hex4();
      if (value >= 0xD800 && value < 0xDC00 &&
          json_.substr(std::min(at_, json_.size()), 2) == "\\u") {
        at_ += 2;
        value = 0x10000 + ((value - 0xD800) << 10) + (hex4() - 0xDC00);
      }
      append_code_point(text, value);
    }
  }

  void string() {
    std::string text;
    for (++at_; at_ < json_.size() && json_[at_] != '"';) {
      const char c = json_[at_++];
      if (c == '\\') {
        escape(text);
      } else {
        text += c;
      }
    }
    ++at_;
    json::append_string(out_, text);
  }

  void number() {
    const std::size_t begin = at_;
    at_ = std::min(json_.find_first_not_of("+-.0123456789eE", at_), json_.size());
    const std::string_view digits = json_.substr(begin, at_ - begin);
    if (digits.find_first_of(".eE") == std::string_view::npos) {
      out_ += digits;
      return;
    }
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    out_ += 'f';  // 1.0 is not 1
    json::append_number(out_, value);
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::string out_;
};

bool same_json(std::string_view a, std::string_view b) {
  return a == b || canonical_json(a) == canonical_json(b);
}
bool same_number(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a.has_value() == b.has_value() && (!a || same_json(*a, *b));
}

bool same(const Start& a, const Start& b) { return same_json(a.options, b.options); }
bool same(const Token& a, const Token& b) {
  return a.value == b.value && a.index == b.index && a.channel == b.channel && a.call == b.call;
}
bool same(const Checkpoint& a, const Checkpoint& b) {
  return a.content == b.content && a.at == b.at;
}
bool same(const Guardrail& a, const Guardrail& b) {
  return same_json(a.result, b.result) && a.at == b.at && a.check_type == b.check_type;
}
bool same(const Drift& a, const Drift& b) { return same_json(a.result, b.result) && a.at == b.at; }
bool same(const Retry& a, const Retry& b) {
  return a.reason == b.reason && a.attempt == b.attempt &&
         a.counts_toward_limit == b.counts_toward_limit && same_number(a.delay, b.delay);
}
bool same(const Fallback& a, const Fallback& b) {
  return a.to == b.to && a.from == b.from && a.reason == b.reason;
}
bool same(const Continuation& a, const Continuation& b) {
  return a.checkpoint == b.checkpoint && a.at == b.at;
}
bool same(const Complete& a, const Complete& b) {
  return a.content == b.content && a.token_count == b.token_count;
}
bool same(const ErrorEvent& a, const ErrorEvent& b) {
  return same_json(a.error, b.error) && a.failure_type == b.failure_type &&
         a.recovery_strategy == b.recovery_strategy && a.policy == b.policy;
}
bool same(const Opaque& a, const Opaque& b) { return a.type_name == b.type_name; }
bool same(const Gap& a, const Gap& b) { return a.count == b.count; }

bool same_body(const EventBody& a, const EventBody& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& body) { return same(body, *std::get_if<std::decay_t<decltype(body)>>(&b)); },
      a);
}

}  // namespace

std::string canonical_json(std::string_view json) { return Canonical(json).run(); }

bool same_value(const Event& a, const Event& b) {
  if (a.ts_ms != b.ts_ms || !same_body(a.body, b.body)) return false;
  return a.extra == b.extra || Canonical(a.extra).members() == Canonical(b.extra).members();
}

}  // namespace reel::tool
