// NameFilter: which names a segment that is not in the catalog yet may hold, for other lanes: a
// Bloom filter in the arena. Two take turns; one is cleared only once its segment is listed, so
// that who looks here first and at the list second misses no name. Names are added and cleared by
// the lane's writer, looked for by any process.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "arena/layout.hpp"
#include "base/checksum.hpp"

namespace reel::arena {

// Of a stream's name; the same in every process.
inline std::uint64_t name_hash(std::string_view name_space, std::string_view id) noexcept {
  return base::checksum64(id) ^ (base::checksum64(name_space) * 0x9e3779b97f4a7c15);
}
// The hash's upper half, which is not 0.
constexpr std::uint32_t tag_of(std::uint64_t name_hash) noexcept {
  const auto upper = static_cast<std::uint32_t>(name_hash >> 32);
  return upper == 0 ? 1 : upper;
}

class NameFilter {
 public:
  void add(std::uint64_t name_hash) noexcept {
    for (int i = 0; i < kProbes; ++i) {
      const std::uint64_t bit = bit_of(name_hash, i);
      auto& word = words_[bit / 64];  // nobody else changes it
      word.store(word.load(std::memory_order_relaxed) | std::uint64_t{1} << (bit % 64),
                 std::memory_order_release);
    }
  }
  bool may_contain(std::uint64_t name_hash) const noexcept {
    for (int i = 0; i < kProbes; ++i) {
      const std::uint64_t bit = bit_of(name_hash, i);
      if ((words_[bit / 64].load(std::memory_order_acquire) >> (bit % 64) & 1) == 0) return false;
    }
    return true;
  }
  void clear() noexcept { store_all(0); }
  void fill() noexcept { store_all(UINT64_MAX); }  // anything may be there

 private:
  static constexpr int kProbes = 4;
  static constexpr std::uint64_t kBits = 8 * kFilterBytes;
  static constexpr std::uint64_t bit_of(std::uint64_t name_hash, int probe) noexcept {
    const std::uint64_t step = name_hash >> 32 | 1;  // double hashing, Kirsch and Mitzenmacher 2006
    return (name_hash + static_cast<std::uint64_t>(probe) * step) % kBits;
  }
  void store_all(std::uint64_t word) noexcept {
    for (auto& each : words_) each.store(word, std::memory_order_release);
  }
  std::atomic<std::uint64_t> words_[kFilterBytes / sizeof(std::uint64_t)];
};
static_assert(sizeof(NameFilter) == kFilterBytes);

}  // namespace reel::arena
