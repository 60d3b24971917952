// WordTable: the writer's dictionary of a segment: which token texts and parts come again, and the
// number each has. A text becomes a word when it is met a second time, so texts that never come
// again leave no trace in it. One thread. Memory: 2 MiB of slots and 2 MiB of texts at most.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "io/large_memory.hpp"
#include "segment/format.hpp"

namespace reel::segment {

class WordTable {
 public:
  // What is longer is not worth a number (parts), or hardly ever comes again (texts).
  static constexpr std::size_t kTextBytesMax = 64;
  static constexpr std::size_t kPartsBytesMax = 1024;
  static_assert(kPartsBytesMax <= kWordBytesMax);

  WordTable() : slots_(kSlotsMin), seen_(kSeen) {}

  // What stands for `text` in a row: 0, or its number plus one. May make a word of it.
  std::uint32_t reference(std::string_view text);
  // The same for at most 8 bytes, given as a number too: first byte lowest, zero above the last.
  std::uint32_t reference(std::string_view text, std::uint64_t word);

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(words_.size()); }
  std::size_t bytes() const noexcept { return texts_.size(); }  // of all texts
  std::string_view word(std::uint32_t number) const noexcept {
    return std::string_view(texts_).substr(words_[number].offset, words_[number].bytes);
  }
  // The texts of all from this one on, one after another.
  std::string_view texts_from(std::uint32_t number) const noexcept {
    return number == size() ? std::string_view()
                            : std::string_view(texts_).substr(words_[number].offset);
  }
  // Forgets those from this number on.
  void take_back(std::uint32_t size);

  std::string encode_dictionary() const;  // payload of the dictionary block

 private:
  struct Word {
    std::uint32_t offset, bytes;
    std::uint64_t key, hash;
  };
  struct Slot {
    std::uint64_t key = 0;  // of up to 8 bytes: the bytes; of more: a checksum of them
    std::uint16_t bytes = 0;
    std::uint16_t reference = 0;  // 0: free
  };
  static_assert(sizeof(Slot) == 16);
  static constexpr std::size_t kSlotsMin = 1024;
  static constexpr std::size_t kProbesMax = 16;  // whoever picks texts to collide gains nothing
  static constexpr std::size_t kSeen = std::size_t{1} << 15;

  static std::uint64_t hash_of(std::uint64_t key, std::size_t bytes) noexcept {
    std::uint64_t hash = (key ^ bytes * 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
    return hash * 0xd6e8feb86659fd93;
  }
  std::uint32_t add(std::string_view text, std::uint64_t key, std::uint64_t hash);
  bool place(const Word& word, std::uint16_t reference) noexcept;
  void rebuild(std::size_t slots);

  io::LargeVector<Slot> slots_;
  std::vector<Word> words_;
  std::string texts_;
  std::vector<std::uint16_t> seen_;  // of texts that are no words, by hash: some bits of it
};

inline std::uint32_t WordTable::reference(std::string_view text, std::uint64_t word) {
  const std::uint64_t hash = hash_of(word, text.size());
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash >> 32 & mask;
  for (std::size_t probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.key == word && slot.bytes == text.size() && slot.reference != 0) [[likely]] {
      return slot.reference;
    }
    if (slot.reference == 0) break;
  }
  return add(text, word, hash);
}

}  // namespace reel::segment
