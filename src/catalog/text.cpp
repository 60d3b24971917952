#include "catalog/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace reel::catalog {
namespace {

// 8-4-4-4-12, as RFC 9562 writes it.
constexpr std::size_t kUuidBytes = 36;
constexpr std::array<std::size_t, 4> kDashes = {8, 13, 18, 23};

template <class T>
std::optional<T> parse_decimal(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (std::to_string(value) != text) return std::nullopt;  // "007", "-0": not as we write it
  return value;
}

}  // namespace

std::string hex64(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kHexDigits, '0');
  for (std::size_t i = kHexDigits; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

std::optional<std::uint64_t> parse_hex64(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (hex64(value) != text) return std::nullopt;
  return value;
}

std::string padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::optional<std::uint64_t> parse_padded(std::string_view text, std::size_t digits) {
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  const std::string_view rest = zeros == text.size() ? std::string_view("0") : text.substr(zeros);
  const auto number = parse_u64(rest);
  if (!number || padded(*number, digits) != text) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_u64(std::string_view text) {
  return parse_decimal<std::uint64_t>(text);
}
std::optional<std::int64_t> parse_i64(std::string_view text) {
  return parse_decimal<std::int64_t>(text);
}

std::string uuid_text(const segment::Uuid& uuid) {
  std::string text = hex64(uuid.high) + hex64(uuid.low);
  for (const std::size_t at : kDashes) text.insert(at, 1, '-');
  return text;
}

std::optional<segment::Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kUuidBytes) return std::nullopt;
  std::string digits;
  for (const char c : text) {
    if (c != '-') digits.push_back(c);
  }
  if (digits.size() != 2 * kHexDigits) return std::nullopt;
  const auto high = parse_hex64(std::string_view(digits).substr(0, kHexDigits));
  const auto low = parse_hex64(std::string_view(digits).substr(kHexDigits));
  if (!high || !low) return std::nullopt;
  const segment::Uuid uuid{*high, *low};
  return uuid_text(uuid) == text ? std::optional(uuid) : std::nullopt;
}

const char* yes_or_no(bool value) { return value ? "yes" : "no"; }

std::optional<bool> parse_yes(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return std::nullopt;
}

std::optional<std::string_view> find_value(const Records& records, std::string_view key) {
  for (const auto& [name, value] : records) {
    if (name == key) return value;
  }
  return std::nullopt;
}

Error bad_value(const std::string& file, std::string_view key) {
  Error error;
  error.code = ErrorCode::damaged;
  error.file = file;
  error.message = "this file has no usable `";
  error.message += key;
  error.message += "`; restore it from a copy of the store, or run `reel recover`";
  return error;
}

}  // namespace reel::catalog
