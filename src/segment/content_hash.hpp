// ContentHash: SipHash-c-d with 128-bit output, streaming, 48 bytes of state.
// After J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012), and the
// authors' 128-bit variant. Reel uses 1-3; 2-4 is there for the published test vectors.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "segment/segment_writer.hpp"

namespace reel::segment {

template <int kCompressions, int kFinalizations>
class SipHash128 {
 public:
  explicit SipHash128(const Uuid& key) noexcept
      : v0_(key.low ^ 0x736f6d6570736575),
        v1_(key.high ^ 0x646f72616e646f6d ^ 0xee),
        v2_(key.low ^ 0x6c7967656e657261),
        v3_(key.high ^ 0x7465646279746573) {}

  // All there is to know of what has been hashed so far, to go on from later.
  using State = std::array<std::uint64_t, 6>;  // v0 to v3, the last bytes % 8 bytes, bytes
  explicit SipHash128(const State& s) noexcept
      : v0_(s[0]), v1_(s[1]), v2_(s[2]), v3_(s[3]), tail_(s[4]), bytes_(s[5]) {}
  State state() const noexcept { return {v0_, v1_, v2_, v3_, tail_, bytes_}; }

  std::uint64_t bytes() const noexcept { return bytes_; }
  bool operator==(const SipHash128&) const = default;

  void update(std::string_view text) noexcept {
    const char* at = text.data();
    std::size_t left = text.size();
    const unsigned held = static_cast<unsigned>(bytes_ & 7);
    bytes_ += left;
    if (held + left < 8) {
      tail_ |= load_short(at, left) << (8 * held);
      return;
    }
    if (held != 0) {
      const std::size_t take = 8 - held;
      compress(tail_ | load_short(at, take) << (8 * held));
      at += take;
      left -= take;
    }
    for (; left >= 8; at += 8, left -= 8) compress(base::load<std::uint64_t>(at));
    tail_ = load_short(at, left);
  }

  // At most 8 bytes, given as a number (first byte lowest); bits above are ignored.
  void update_word(std::uint64_t word, std::size_t size) noexcept {
    if (size == 0) return;
    word &= ~std::uint64_t{0} >> (64 - 8 * size);
    const unsigned held = static_cast<unsigned>(bytes_ & 7);
    bytes_ += size;
    tail_ |= word << (8 * held);
    if (held + size < 8) return;
    compress(tail_);
    tail_ = held == 0 ? 0 : word >> (8 * (8 - held));
  }

  // What has been hashed so far; the state stays usable.
  Uuid digest() const noexcept {
    SipHash128 end = *this;
    end.compress(tail_ | bytes_ << 56);
    Uuid out;
    end.v2_ ^= 0xee;
    for (int i = 0; i < kFinalizations; ++i) end.round();
    out.low = end.v0_ ^ end.v1_ ^ end.v2_ ^ end.v3_;
    end.v1_ ^= 0xdd;
    for (int i = 0; i < kFinalizations; ++i) end.round();
    out.high = end.v0_ ^ end.v1_ ^ end.v2_ ^ end.v3_;
    return out;
  }

 private:
  // Less than 8 bytes.
  static std::uint64_t load_short(const char* at, std::size_t size) noexcept {
    std::uint64_t word = 0;
    if (size >= 4) {
      word = base::load<std::uint32_t>(at) | std::uint64_t{base::load<std::uint32_t>(at + size - 4)}
                                                 << (8 * (size - 4));
    } else if (size != 0) {
      word = static_cast<unsigned char>(at[0]);
      word |= std::uint64_t{static_cast<unsigned char>(at[size / 2])} << (8 * (size / 2));
      word |= std::uint64_t{static_cast<unsigned char>(at[size - 1])} << (8 * (size - 1));
    }
    return word;
  }
  void compress(std::uint64_t word) noexcept {
    v3_ ^= word;
    for (int i = 0; i < kCompressions; ++i) round();
    v0_ ^= word;
  }
  void round() noexcept {
    v0_ += v1_, v1_ = std::rotl(v1_, 13), v1_ ^= v0_, v0_ = std::rotl(v0_, 32);
    v2_ += v3_, v3_ = std::rotl(v3_, 16), v3_ ^= v2_;
    v0_ += v3_, v3_ = std::rotl(v3_, 21), v3_ ^= v0_;
    v2_ += v1_, v1_ = std::rotl(v1_, 17), v1_ ^= v2_, v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint64_t tail_ = 0;  // the last bytes_ % 8 bytes
  std::uint64_t bytes_ = 0;
};

using ContentHash = SipHash128<1, 3>;
static_assert(sizeof(ContentHash) == 48);

// What CHECK holds of a content that was elided.
inline std::uint32_t check_of(const ContentHash& content) noexcept {
  return static_cast<std::uint32_t>(content.digest().low);
}

}  // namespace reel::segment
