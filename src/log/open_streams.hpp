// OpenStreams: which slot of the stream table a name has. The names lie in the slots; here is one
// 64-bit word a stream, half of it the name's tag, in a table that is at most two thirds full and
// looks at no slot but the one it finds: most are in no cache. Guarded by its owner's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "arena/arena.hpp"

namespace reel::log {

class OpenStreams {
 public:
  explicit OpenStreams(arena::Arena& arena) : arena_(arena), words_(kWordsMin, kNone) {}

  std::optional<std::uint32_t> find(std::string_view name_space, std::string_view id) const;
  // From now on the name that stands in the slot has that slot, whichever it had before.
  void put(std::uint32_t slot);
  // False: its name has another slot by now.
  bool erase(std::uint32_t slot);
  std::size_t size() const noexcept { return count_; }

 private:
  static constexpr std::size_t kWordsMin = 64;        // a power of two
  static constexpr std::uint64_t kNone = UINT64_MAX;  // else: tag, slot
  static constexpr int kTagAt = 32;
  struct Name {
    std::string_view name_space, id;
  };
  Name name_of(std::uint32_t slot) const;
  std::size_t home_of(std::uint64_t word) const { return (word >> kTagAt) & (words_.size() - 1); }
  // Where the name's word is, or the free place where it goes.
  std::size_t place_of(const Name& name, std::uint64_t word) const;
  void grow();

  arena::Arena& arena_;
  std::vector<std::uint64_t> words_;
  std::size_t count_ = 0;
};

}  // namespace reel::log
