// Envelopes in the form of L0's own files. Compact JSON is written anew: indented, strings in
// ASCII; numbers and words are copied.
#include <cstdint>

#include "base/utf8.hpp"
#include "json/event_writer.hpp"
#include "json/python_repr.hpp"
#include "json/raw_text.hpp"
#include "reel/json.hpp"

namespace reel::json {
namespace {

constexpr std::size_t kEnvelopeDepth = 1;  // inside of the array
constexpr std::size_t kIndent = 2;

constexpr char short_escape(std::uint32_t unit) noexcept {
  switch (unit) {
    case '"':
    case '\\':
      return static_cast<char>(unit);
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

void append_unit(std::string& out, std::uint32_t unit) {
  if (const char letter = short_escape(unit); letter != 0) {
    out.append("\\").push_back(letter);
  } else if (unit >= 0x20 && unit < 0x7F) {
    out.push_back(static_cast<char>(unit));
  } else {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.push_back("0123456789abcdef"[unit >> shift & 0xF]);
    }
  }
}

void append_character(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x10000) return append_unit(out, code_point);
  append_unit(out, 0xD7C0 + (code_point >> 10));
  append_unit(out, 0xDC00 + (code_point & 0x3FF));
}

std::uint32_t hex_unit(std::string_view digits) noexcept {
  std::uint32_t unit = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    unit = unit << 4 | (digit & 0xF);
  }
  return unit;
}

// Behind a backslash: appends what stands there, returns the bytes that it takes.
std::size_t append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kLetters = "bfnrt", kControls = "\b\f\n\r\t";
  if (text.empty()) return 0;
  if (text[0] == 'u' && text.size() >= 5) {
    append_unit(out, hex_unit(text.substr(1, 4)));
    return 5;
  }
  const std::size_t control = kLetters.find(text[0]);
  const char plain = control == std::string_view::npos ? text[0] : kControls[control];
  append_unit(out, static_cast<unsigned char>(plain));
  return 1;
}

// A string with its quotes, however it was escaped.
void append_ascii(std::string& out, std::string_view raw) {
  out.push_back('"');
  std::string_view text = raw.substr(1, raw.size() < 2 ? 0 : raw.size() - 2);
  while (!text.empty()) {
    std::size_t taken = 1;
    if (text[0] == '\\') {
      taken += append_escaped(out, text.substr(1));
    } else {
      const base::Utf8Step step = base::utf8_step(text);
      append_character(out, step.valid ? base::code_point(text.substr(0, step.bytes)) : 0xFFFD);
      taken = step.bytes;
    }
    text.remove_prefix(taken);
  }
  out.push_back('"');
}

void append_line(std::string& out, std::size_t depth) {
  out.push_back('\n');
  out.append(depth * kIndent, ' ');
}

void append_indented(std::string& out, std::string_view raw, std::size_t depth) {
  if (raw.empty()) return;
  if (raw[0] == '"') return append_ascii(out, raw);
  if (raw[0] != '{' && raw[0] != '[') return void(out.append(raw));
  const bool object = raw[0] == '{';
  RawText text(raw);
  bool more = text.open(), any = more;
  out.push_back(raw[0]);
  while (more) {
    append_line(out, depth + 1);
    if (object) {
      append_ascii(out, text.value());
      out.append(": ");
    }
    append_indented(out, text.value(), depth + 1);
    more = text.more();
    if (more) out.push_back(',');
  }
  if (any) append_line(out, depth);
  out.push_back(object ? '}' : ']');
}

}  // namespace

bool append_l0_element(std::string& out, const EnvelopeView& envelope,
                       std::string_view name_space) {
  std::string compact;
  if (!append_envelope(compact, envelope, name_space, append_python_float)) return false;
  append_indented(out, compact, kEnvelopeDepth);
  return true;
}

}  // namespace reel::json
