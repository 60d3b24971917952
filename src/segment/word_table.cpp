#include "segment/word_table.hpp"

namespace reel::segment {

std::uint32_t WordTable::reference(std::string_view text) {
  if (text.size() <= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    for (std::size_t i = text.size(); i > 0; --i) {
      word = word << 8 | static_cast<unsigned char>(text[i - 1]);
    }
    return reference(text, word);
  }
  // Up to 16 bytes the first and the last 8 are all there is to know.
  const auto first = base::load<std::uint64_t>(text.data());
  const auto last = base::load<std::uint64_t>(text.data() + text.size() - sizeof first);
  const std::uint64_t key =
      text.size() <= 2 * sizeof first ? first * 0x9e3779b97f4a7c15 ^ last : checksum(text);
  const std::uint64_t hash = hash_of(key, text.size());
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash >> 32 & mask;
  for (std::size_t probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.reference == 0) break;
    if (slot.key == key && slot.bytes == text.size() && this->word(slot.reference - 1U) == text) {
      return slot.reference;
    }
  }
  return add(text, key, hash);
}

// Of a text that is no word: the second time it becomes one, where there is room.
std::uint32_t WordTable::add(std::string_view text, std::uint64_t key, std::uint64_t hash) {
  const auto mark = static_cast<std::uint16_t>(hash >> 48 | 1);
  std::uint16_t& seen = seen_[(hash >> 33) % kSeen];
  if (seen != mark) {
    seen = mark;
    return 0;
  }
  if (size() == kWordsMax || texts_.size() + text.size() > kDictionaryBytesMax) return 0;
  if (size() * 2 >= slots_.size()) rebuild(slots_.size() * 2);
  const Word word{static_cast<std::uint32_t>(texts_.size()),
                  static_cast<std::uint32_t>(text.size()), key, hash};
  const auto reference = static_cast<std::uint16_t>(size() + 1);
  if (!place(word, reference)) return 0;
  words_.push_back(word);
  texts_.append(text);
  return reference;
}

bool WordTable::place(const Word& word, std::uint16_t reference) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = word.hash >> 32 & mask;
  for (std::size_t probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & mask) {
    if (slots_[at].reference != 0) continue;
    slots_[at] = {word.key, static_cast<std::uint16_t>(word.bytes), reference};
    return true;
  }
  return false;
}

// A word that finds no place is not found again: it keeps its number, and its text is told anew.
void WordTable::rebuild(std::size_t slots) {
  slots_.assign(slots, {});
  for (std::uint32_t i = 0; i < size(); ++i) {
    (void)place(words_[i], static_cast<std::uint16_t>(i + 1));
  }
}

void WordTable::take_back(std::uint32_t size) {
  if (size == this->size()) return;
  texts_.resize(words_[size].offset);
  words_.resize(size);
  rebuild(slots_.size());
}

std::string WordTable::encode_dictionary() const {
  std::string out;
  base::append_varint(out, size());
  for (const Word& word : words_) base::append_varint(out, word.bytes);
  return out.append(texts_);
}

}  // namespace reel::segment
