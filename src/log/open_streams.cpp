#include "log/open_streams.hpp"

#include "arena/name_filter.hpp"

namespace reel::log {
namespace {

constexpr std::uint64_t kHashPart = 0xffffffff00000000;

}  // namespace

OpenStreams::Name OpenStreams::name_of(std::uint32_t slot_index) const {
  const arena::StreamSlot& slot = arena_.slot(slot_index);
  const std::string_view name = arena_.name_of(slot);
  return {name.substr(0, slot.name_space_bytes), name.substr(slot.name_space_bytes)};
}

// Of all bits the upper half is kept and the lower chooses the place.
std::uint64_t OpenStreams::hash_of(const Name& name) {
  return arena::name_hash(name.name_space, name.id);
}

std::size_t OpenStreams::place_of(const Name& name, std::uint64_t hash) const {
  const std::size_t mask = words_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const std::uint64_t word = words_[at];
    if (word == kNone) return at;
    if (((word ^ hash) & kHashPart) != 0) continue;
    const Name there = name_of(static_cast<std::uint32_t>(word));
    if (there.id == name.id && there.name_space == name.name_space) return at;
  }
}

std::optional<std::uint32_t> OpenStreams::find(std::string_view name_space,
                                               std::string_view id) const {
  const Name name{name_space, id};
  const std::uint64_t word = words_[place_of(name, hash_of(name))];
  if (word == kNone) return std::nullopt;
  return static_cast<std::uint32_t>(word);
}

void OpenStreams::put(std::uint32_t slot) {
  if (3 * (count_ + 1) > 2 * words_.size()) grow();
  const Name name = name_of(slot);
  const std::uint64_t hash = hash_of(name);
  std::uint64_t& word = words_[place_of(name, hash)];
  if (word == kNone) ++count_;
  word = (hash & kHashPart) | slot;
}

// The words behind a gap that would not be found across it move up.
bool OpenStreams::erase(std::uint32_t slot) {
  const Name name = name_of(slot);
  std::size_t gap = place_of(name, hash_of(name));
  if (words_[gap] == kNone || static_cast<std::uint32_t>(words_[gap]) != slot) return false;
  const std::size_t mask = words_.size() - 1;
  for (std::size_t at = (gap + 1) & mask; words_[at] != kNone; at = (at + 1) & mask) {
    const std::size_t home = hash_of(name_of(static_cast<std::uint32_t>(words_[at]))) & mask;
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    words_[gap] = words_[at];
    gap = at;
  }
  words_[gap] = kNone;
  --count_;
  return true;
}

void OpenStreams::grow() {
  std::vector<std::uint64_t> words(2 * words_.size(), kNone);
  const std::size_t mask = words.size() - 1;
  for (const std::uint64_t word : words_) {
    if (word == kNone) continue;
    std::size_t at = hash_of(name_of(static_cast<std::uint32_t>(word))) & mask;
    while (words[at] != kNone) at = (at + 1) & mask;
    words[at] = word;
  }
  words_ = std::move(words);
}

}  // namespace reel::log
