#include "provider/base64_body.hpp"

#include <array>

namespace reel::provider {
namespace {

// The value of a base64 digit, or -1.
int digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool begins_a_stream(std::string_view text) {
  constexpr std::array<std::string_view, 8> kBeginnings = {
      "data:", "event:", "id:", "retry:", ": ", "{\"", "{ ", ":\n"};
  for (const std::string_view beginning : kBeginnings) {
    if (text.substr(0, beginning.size()) == beginning) return true;
  }
  return false;
}

}  // namespace

Base64Body::Sniff Base64Body::sniff(std::string_view beginning) {
  beginning = beginning.substr(0, kSniffBytes);
  for (const char c : beginning) {
    if (digit(c) < 0) return Sniff::plain;
  }
  if (beginning.size() < kSniffBytes) return Sniff::unknown;
  std::string decoded;
  Base64Body().decode(beginning, decoded);
  return begins_a_stream(decoded) ? Sniff::base64 : Sniff::plain;
}

bool Base64Body::decode(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      padded_ = true;
      continue;
    }
    const int value = digit(c);
    if (value < 0 || padded_) return false;
    bits_ = (bits_ << 6U) | static_cast<std::uint32_t>(value);
    count_ += 6;
    if (count_ < 8) continue;
    count_ -= 8;
    out += static_cast<char>((bits_ >> count_) & 0xFFU);
    bits_ &= (1U << count_) - 1U;
  }
  return true;
}

}  // namespace reel::provider
