#include "segment/words.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace reel::segment {

bool Words::add(std::uint32_t first, std::uint32_t count, std::string_view lengths,
                std::string_view bytes) {
  if (count == 0) return lengths.empty() && bytes.empty();
  if (first > kWordsMax || count > kWordsMax - first) return false;
  if (bytes.size() > kDictionaryBytesMax) return false;
  // Room for all there may ever be, at once: what is not used is never touched.
  if (texts_.size() == 0) texts_ = io::LargeBuffer(kDictionaryBytesMax + kSlack);
  if (words_.size() < std::size_t{first} + count) words_.resize(std::size_t{first} + count);
  base::Input sizes(lengths), texts(bytes);
  for (std::uint32_t number = first; number < first + count; ++number) {
    const std::uint64_t size = sizes.varint();
    const std::string_view text = texts.bytes(size);
    if (!sizes.ok() || !texts.ok() || size > kWordBytesMax) return false;
    if (has(number)) continue;
    if (text.size() > kDictionaryBytesMax - used_) return false;
    std::copy(text.begin(), text.end(), texts_.data() + used_);
    words_[number] = {static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(size)};
    used_ += text.size();
  }
  return sizes.at_end() && texts.at_end();
}

bool Words::add_dictionary(std::string_view payload) {
  base::Input input(payload);
  const std::uint64_t count = input.varint();
  const char* const lengths = input.position();
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < count && input.ok(); ++i) bytes += input.varint();
  if (!input.ok() || count > kWordsMax || bytes != input.left()) return false;
  const auto lengths_bytes = static_cast<std::size_t>(input.position() - lengths);
  return add(0, static_cast<std::uint32_t>(count), {lengths, lengths_bytes}, input.bytes(bytes));
}

}  // namespace reel::segment
