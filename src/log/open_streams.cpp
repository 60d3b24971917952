#include "log/open_streams.hpp"

#include <utility>

#include "arena/name_filter.hpp"

namespace reel::log {
namespace {

std::uint64_t word_of(std::uint32_t tag, std::uint32_t slot) {
  return std::uint64_t{tag} << 32 | slot;
}

}  // namespace

OpenStreams::Name OpenStreams::name_of(std::uint32_t slot_index) const {
  const arena::StreamSlot& slot = arena_.slot(slot_index);
  const std::string_view name = arena_.name_of(slot);
  return {name.substr(0, slot.name_space_bytes), name.substr(slot.name_space_bytes)};
}

std::size_t OpenStreams::place_of(const Name& name, std::uint64_t word) const {
  const std::size_t mask = words_.size() - 1;
  for (std::size_t at = home_of(word);; at = (at + 1) & mask) {
    if (words_[at] == kNone) return at;
    if (words_[at] >> kTagAt != word >> kTagAt) continue;
    const Name there = name_of(static_cast<std::uint32_t>(words_[at]));
    if (there.id == name.id && there.name_space == name.name_space) return at;
  }
}

std::optional<std::uint32_t> OpenStreams::find(std::string_view name_space,
                                               std::string_view id) const {
  const std::uint32_t tag = arena::tag_of(arena::name_hash(name_space, id));
  const std::uint64_t word = words_[place_of({name_space, id}, word_of(tag, 0))];
  if (word == kNone) return std::nullopt;
  return static_cast<std::uint32_t>(word);
}

void OpenStreams::put(std::uint32_t slot) {
  if (3 * (count_ + 1) > 2 * words_.size()) grow();
  const std::uint64_t word = word_of(arena_.tag(slot).load(std::memory_order_relaxed), slot);
  std::uint64_t& place = words_[place_of(name_of(slot), word)];
  if (place == kNone) ++count_;
  place = word;
}

// The words behind a gap that would not be found across it move up.
bool OpenStreams::erase(std::uint32_t slot) {
  const std::uint64_t word = word_of(arena_.tag(slot).load(std::memory_order_relaxed), slot);
  std::size_t gap = place_of(name_of(slot), word);
  if (words_[gap] != word) return false;
  const std::size_t mask = words_.size() - 1;
  for (std::size_t at = (gap + 1) & mask; words_[at] != kNone; at = (at + 1) & mask) {
    if (((at - home_of(words_[at])) & mask) < ((at - gap) & mask)) continue;
    words_[gap] = words_[at];
    gap = at;
  }
  words_[gap] = kNone;
  --count_;
  return true;
}

void OpenStreams::grow() {
  std::vector<std::uint64_t> before(2 * words_.size(), kNone);
  words_.swap(before);
  const std::size_t mask = words_.size() - 1;
  for (const std::uint64_t word : before) {
    if (word == kNone) continue;
    std::size_t at = home_of(word);
    while (words_[at] != kNone) at = (at + 1) & mask;
    words_[at] = word;
  }
}

}  // namespace reel::log
