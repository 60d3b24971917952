// Words: a segment's dictionary as a reader has it: all of it from the dictionary block of a sealed
// segment, or gathered from one data block after another.
//
// One thread. Views of words live as long as the object: no word moves when others come.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "io/large_memory.hpp"
#include "segment/format.hpp"

namespace reel::segment {

class Words {
 public:
  // So many bytes behind a word may be read, whatever they are.
  static constexpr std::size_t kSlack = 16;

  Words() = default;
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  // Words `first`, first + 1, ... of these lengths (varints); those that are known stay as they
  // are. false: the lengths and bytes do not add up, or there would be too many.
  bool add(std::uint32_t first, std::uint32_t count, std::string_view lengths,
           std::string_view bytes);
  bool add_dictionary(std::string_view payload);

  // One above the largest number.
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(words_.size()); }
  bool has(std::uint32_t number) const noexcept {
    return number < words_.size() && words_[number].bytes != kMissing;
  }
  std::string_view operator[](std::uint32_t number) const noexcept {  // has(number)
    return {texts_.data() + words_[number].offset, words_[number].bytes};
  }

 private:
  static constexpr std::uint32_t kMissing = UINT32_MAX;  // its block was damaged
  struct Word {
    std::uint32_t offset = 0, bytes = kMissing;
  };
  std::vector<Word> words_;
  io::LargeBuffer texts_;
  std::size_t used_ = 0;
};

}  // namespace reel::segment
