// Events -> interchange text, by hand: to_chars and one table of escapes. Free-form members are
// already JSON and go out as they are.
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"
#include "event/frame.hpp"
#include "json/event_writer.hpp"
#include "reel/json.hpp"
#include "reel/options.hpp"

namespace reel::json {
namespace {

// 0: copied as it is. 'u': \u00XX. '8': not ASCII, to be decoded. Else the letter behind '\'.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  for (std::size_t c = 0x80; c < 0x100; ++c) escapes[c] = '8';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

// Appends what stands for the character at the front; returns the bytes that it takes.
std::size_t append_special(std::string& out, std::string_view text, char escape) {
  if (escape == '8') {
    const base::Utf8Step step = base::utf8_step(text);
    out.append(step.valid ? text.substr(0, step.bytes) : base::kReplacementCharacter);
    return step.bytes;
  }
  out.push_back('\\');
  out.push_back(escape);
  if (escape == 'u') {
    const auto byte = static_cast<unsigned char>(text[0]);
    out.append("00").push_back("01"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 0xf]);
  }
  return 1;
}

template <class T>
void append_digits(std::string& out, T value) {
  char buffer[32];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, done.ptr);
}

// Appends members of one event, each with the comma before it: `type` and `ts` are always there.
class MemberWriter {
 public:
  MemberWriter(std::string& out, const EventView& event) : out_(out), event_(event) {}

  void text(std::string_view name) { append_string(key(name), event_.text); }
  void number(std::string_view name) {
    if (event_.number) append_number(key(name), *event_.number);
  }
  void string(std::string_view name, Part id) {
    if (const auto bytes = event_.part(id)) append_string(key(name), *bytes);
  }
  void raw(std::string_view name, Part id) {
    if (const auto bytes = event_.part(id)) key(name).append(*bytes);
  }
  void integer(std::string_view name, Part id) {
    if (const auto value = event_.integer_part(id)) append_number(key(name), *value);
  }
  void boolean(std::string_view name, Part id) {
    if (const auto byte = event_.part(id)) {
      key(name).append(*byte == std::string_view("\0", 1) ? "false" : "true");
    }
  }

 private:
  std::string& key(std::string_view name) { return out_.append(",\"").append(name).append("\":"); }

  std::string& out_;
  const EventView& event_;
};

void append_members(MemberWriter w, EventType type) {
  switch (type) {
    case EventType::start:
      return w.raw("options", Part::options);
    case EventType::token:
      w.text("value");
      w.number("index");
      w.string("channel", Part::channel);
      return w.integer("call", Part::call);
    case EventType::checkpoint:
      w.number("at");
      return w.text("content");
    case EventType::guardrail:
      w.number("at");
      w.raw("result", Part::result);
      return w.string("check_type", Part::check_type);
    case EventType::drift:
      w.number("at");
      return w.raw("result", Part::result);
    case EventType::retry:
      w.string("reason", Part::reason);
      w.number("attempt");
      w.boolean("counts_toward_limit", Part::counts_toward_limit);
      return w.raw("delay", Part::delay);
    case EventType::fallback:
      w.number("to");
      w.integer("from", Part::from);
      return w.string("reason", Part::reason);
    case EventType::continuation:
      w.text("checkpoint");
      return w.number("at");
    case EventType::complete:
      w.text("content");
      return w.number("token_count");
    case EventType::error:
      w.raw("error", Part::error);
      w.string("failure_type", Part::failure_type);
      w.string("recovery_strategy", Part::recovery_strategy);
      return w.string("policy", Part::policy);
    case EventType::opaque:
    case EventType::gap:
      return;  // everything an opaque event has is in `extra`
  }
}

void append_extra(std::string& out, std::optional<std::string_view> members) {
  if (members && !members->empty()) out.append(",").append(*members);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t run = 0, at = 0;
  while (at < text.size()) {
    const char escape = kEscapes[static_cast<unsigned char>(text[at])];
    if (escape == 0) {
      ++at;
      continue;
    }
    out.append(text, run, at - run);
    at += append_special(out, text.substr(at), escape);
    run = at;
  }
  out.append(text, run).push_back('"');
}

// A fraction or an exponent marks a double as one: `1.0` and `-0.0` read back as they were.
void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");  // JSON has no other word; events never hold such a value
    return;
  }
  const std::size_t start = out.size();
  append_digits(out, value);
  if (out.find_first_of(".e", start) == std::string::npos) out.append(".0");
}

void append_number(std::string& out, std::int64_t value) { append_digits(out, value); }

namespace {

void append_event(std::string& out, const EventView& event, AppendDouble append_ts) {
  out.append("{\"type\":");
  append_string(out, event.type_name());
  out.append(",\"ts\":");
  append_ts(out, event.ts_ms);
  append_members(MemberWriter(out, event), event.type);
  append_extra(out, event.part(Part::extra));
  out.push_back('}');
}

}  // namespace

void append_event(std::string& out, const EventView& event) {
  append_event(out, event, append_number);
}

void append_event(std::string& out, const Event& event) {
  std::string parts;
  append_event(out, event::view_of(event, parts));
}

bool append_envelope(std::string& out, const EnvelopeView& envelope, std::string_view name_space,
                     AppendDouble append_ts) {
  if (envelope.event.type == EventType::gap) return false;
  out.append("{\"stream_id\":");
  append_string(out, envelope.stream_id);
  if (name_space != kDefaultNamespace) {
    out.append(",\"namespace\":");
    append_string(out, name_space);
  }
  out.append(",\"seq\":");
  append_digits(out, envelope.seq);
  out.append(",\"event\":");
  append_event(out, envelope.event, append_ts);
  append_extra(out, envelope.event.part(Part::envelope_extra));
  out.push_back('}');
  return true;
}

bool append_envelope(std::string& out, const EnvelopeView& envelope, std::string_view name_space) {
  return append_envelope(out, envelope, name_space, append_number);
}

}  // namespace reel::json
