#include "json/python_repr.hpp"

#include <charconv>
#include <cmath>

#include "base/thread_own.hpp"
#include "base/utf8.hpp"
#include "json/validate.hpp"

namespace reel::json {
namespace {

namespace dom = simdjson::dom;

// `digits` x 10^(point - digits.size()): Python writes it with an exponent when the point is far.
void append_digits(std::string& out, std::string_view digits, int point) {
  constexpr int kPointMax = 16, kPointMin = -3;
  const int count = static_cast<int>(digits.size());
  if (point < kPointMin || point > kPointMax) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits.substr(1));
    const int exponent = point - 1;
    out += exponent < 0 ? "e-" : "e+";
    if (std::abs(exponent) < 10) out += '0';
    out += std::to_string(std::abs(exponent));
  } else if (point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else if (point >= count) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0').append(".0");
  } else {
    const auto whole = static_cast<std::size_t>(point);
    out.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  }
}

bool is_printable(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
  if (c == 0x1680 || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F)) return false;
  if (c >= 0x205F && c <= 0x206F) return false;
  return c != 0x3000 && !(c >= 0xE000 && c <= 0xF8FF) && c != 0xFEFF && c < 0xE0000;
}

void append_escape(std::string& out, std::uint32_t c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto [letter, digits] = c < 0x100     ? std::pair('x', 2)
                                : c < 0x10000 ? std::pair('u', 4)
                                              : std::pair('U', 8);
  out.append("\\") += letter;
  for (int i = digits - 1; i >= 0; --i) out += kHex[c >> (4 * i) & 0xF];
}

void append_character(std::string& out, std::string_view character, char quote) {
  switch (character[0]) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (character[0] == quote || character[0] == '\\') out += '\\';
  const std::uint32_t c = base::code_point(character);
  is_printable(c) ? void(out.append(character)) : append_escape(out, c);
}

void append_value(std::string& out, dom::element value);

void append_object(std::string& out, dom::object object) {
  std::string_view before;
  out += '{';
  for (const auto& member : object) {
    out += before;
    append_python_string(out, member.key);
    out += ": ";
    append_value(out, member.value);
    before = ", ";
  }
  out += '}';
}

void append_array(std::string& out, dom::array array) {
  std::string_view before;
  out += '[';
  for (const dom::element element : array) {
    out += before;
    append_value(out, element);
    before = ", ";
  }
  out += ']';
}

void append_value(std::string& out, dom::element value) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      return append_object(out, value.get_object().value_unsafe());
    case dom::element_type::ARRAY:
      return append_array(out, value.get_array().value_unsafe());
    case dom::element_type::STRING:
      return append_python_string(out, value.get_string().value_unsafe());
    case dom::element_type::DOUBLE:
      return append_python_float(out, value.get_double().value_unsafe());
    case dom::element_type::INT64:
      out += std::to_string(value.get_int64().value_unsafe());
      return;
    case dom::element_type::UINT64:
      out += std::to_string(value.get_uint64().value_unsafe());
      return;
    case dom::element_type::BOOL:
      out += value.get_bool().value_unsafe() ? "True" : "False";
      return;
    default:
      out += "None";
  }
}

}  // namespace

void append_python_float(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    return;
  }
  if (std::signbit(value)) out += '-';
  char buffer[32];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                  std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(done.ptr - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const char* digits_at = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(digits_at, done.ptr, exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  append_digits(out, digits, value == 0 ? 1 : exponent + 1);
}

void append_python_string(std::string& out, std::string_view text) {
  const bool singles = text.find('\'') != std::string_view::npos;
  const char quote = singles && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  while (!text.empty()) {
    const base::Utf8Step step = base::utf8_step(text);
    append_character(out, step.valid ? text.substr(0, step.bytes) : base::kReplacementCharacter,
                     quote);
    text.remove_prefix(step.bytes);
  }
  out += quote;
}

void append_python_json(std::string& out, std::string_view json) {
  struct PythonRepr;
  const auto value = base::thread_own<Dom, PythonRepr>().parse(json);
  value ? append_value(out, *value) : void(out.append(json));
}

}  // namespace reel::json
