// Little-endian and varint coding. Every multi-byte number that reel stores goes through here.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace reel::base {

static_assert(std::endian::native == std::endian::little,
              "reel stores little-endian and maps files in place; big-endian hosts need a port");

template <class T>
T load(const void* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void store(void* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
}
template <class T>
void append_le(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

constexpr std::uint64_t zigzag(std::int64_t v) noexcept {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t v) noexcept {
  return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
}

// LEB128: seven bits a byte, low first; at most 10 bytes.
inline constexpr std::size_t kVarintBytesMax = 10;
inline char* put_varint(char* to, std::uint64_t v) noexcept {
  while (v >= 0x80) {
    *to++ = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  *to++ = static_cast<char>(v);
  return to;
}
inline void append_varint(std::string& out, std::uint64_t v) {
  char buffer[kVarintBytesMax];
  out.append(buffer, static_cast<std::size_t>(put_varint(buffer, v) - buffer));
}

// Takes bytes off the front of a view. After a failed take `ok()` is false and every further take
// gives zero, so that a decoder may check once at the end.
class Input {
 public:
  explicit Input(std::string_view bytes) noexcept : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return at_ == end_; }
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  const char* position() const noexcept { return at_; }

  template <class T>
  T fixed() noexcept {
    if (left() < sizeof(T)) return fail<T>();
    T value = load<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  std::uint64_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift == 63 && byte > 1) break;  // would not fit 64 bits
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return fail<std::uint64_t>();
  }
  std::int64_t signed_varint() noexcept { return unzigzag(varint()); }
  std::string_view bytes(std::uint64_t count) noexcept {
    if (count > left()) return fail<std::string_view>();
    std::string_view view(at_, static_cast<std::size_t>(count));
    at_ += count;
    return view;
  }

 private:
  template <class T>
  T fail() noexcept {
    ok_ = false;
    at_ = end_;
    return T{};
  }
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace reel::base
