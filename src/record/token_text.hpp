// Copying a token's text into a chunk. The lengths of tokens are as good as random, and a branch on
// them that is mispredicted costs more than the copy: so nothing branches on a length below 16,
// which all but one token in a thousand have. Nothing is read beyond the text; where there are
// masks, nothing beyond its page.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/sanitized.hpp"

// Where a processor may have masks. Sanitizers would object to what is read beyond the text.
#if defined(__x86_64__) && !REEL_SANITIZED
#define REEL_MASKS 1
#include <immintrin.h>
#else
#define REEL_MASKS 0
#endif

namespace reel::record {

// copy_text stores whole words: so many bytes behind the frame may be overwritten.
inline constexpr std::size_t kTextSlack = 16;

// A T from `from` if `there` is not 0, else from `nothing`.
template <class T>
inline T load_if(std::size_t there, const char* from, const char* nothing) noexcept {
  const char* place = there != 0 ? from : nothing;
  __asm__("" : "+r"(place));
  return base::load<T>(place);
}

// Copies the text to `to`, with zeros up to the next multiple of 4 behind it.
inline void copy_text(char* to, const char* from, std::size_t bytes) noexcept {
  if (bytes < 16) [[likely]] {
    alignas(8) static constexpr char kNothing[8] = {};
    const char* nothing = kNothing;
    // Compilers that see neither the zeros nor where they lie choose by a conditional move; others
    // branch, to spare themselves a load.
    __asm__("" : "+r"(nothing));
    // The pieces of 8, 4, 2 and 1 bytes that the length is the sum of. One that is missing is
    // stored as zero, where the next one or the padding lies.
    const std::size_t at_4 = bytes & 8, at_2 = bytes & 12, at_1 = bytes & 14;
    base::store(to, load_if<std::uint64_t>(bytes & 8, from, nothing));
    base::store(to + at_4, load_if<std::uint32_t>(bytes & 4, from + at_4, nothing));
    base::store<std::uint32_t>(to + at_2, load_if<std::uint16_t>(bytes & 2, from + at_2, nothing));
    base::store(to + at_1, load_if<std::uint8_t>(bytes & 1, from + at_1, nothing));
    return;
  }
  struct Words {
    std::uint64_t low, high;
  };
  base::store(to + ((bytes - 1) & ~std::size_t{3}), std::uint32_t{0});  // the text covers its part
  for (std::size_t at = 0; at < bytes - 16; at += 16) {
    base::store(to + at, base::load<Words>(from + at));
  }
  base::store(to + bytes - 16, base::load<Words>(from + bytes - 16));
}

#if REEL_MASKS
#define REEL_WITH_MASKS gnu::target("avx512bw,avx512vl,bmi2")
// Does this processor have what the next one needs?
inline bool has_masks() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("bmi2");
}

// The same by one load and one store. The load may reach beyond the text, though never into another
// page, and the mask then clears what it brought. A load under the mask would touch nothing else, but
// on Zen 5 it made four calls slow, by 100 to 400 ns, wherever texts that lie one after the other
// came to a new page: the slowest call in a thousand (docs/BENCHMARKS.md).
[[REEL_WITH_MASKS]] inline void copy_text_masked(char* to, const char* from,
                                                 std::size_t bytes) noexcept {
  constexpr std::size_t kPage = 4096, kLoad = sizeof(__m128i);
  // One branch for both: a load that leaves its page; a text that is empty or longer than a load.
  const std::size_t end_in_page = reinterpret_cast<std::uintptr_t>(from) % kPage + (kLoad - 1);
  const std::size_t scaled_bytes = (bytes - 1) * (kPage / kLoad);
  if ((end_in_page | scaled_bytes) >= kPage) [[unlikely]] return copy_text(to, from, bytes);
  const auto mask = static_cast<__mmask16>(_bzhi_u32(0xffff, static_cast<unsigned>(bytes)));
  __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  __asm__("" : "+x"(text));  // or it becomes a load under the mask
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_maskz_mov_epi8(mask, text));
}
#endif

}  // namespace reel::record
