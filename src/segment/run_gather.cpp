// RunReader: stepping over rows that folding needs only in sum, a column at a time.
#include <algorithm>

#include "segment/data_block.hpp"

namespace reel::segment {
namespace {

// Tags but for whether the stamp is a delta in microseconds or in 1/4096 ms; other stamps take an
// entry of WIDE, and such rows are never stepped over.
constexpr std::uint8_t kTagSmallTs = static_cast<std::uint8_t>(TsKind::x4096) << kTagTsShift;
static_assert(static_cast<int>(TsKind::us) == 0 && kTagSmallTs == 0x20);

constexpr std::uint8_t but_for_stamp(char tag) noexcept {
  return static_cast<std::uint8_t>(static_cast<unsigned char>(tag) & ~unsigned{kTagSmallTs});
}
constexpr auto kPlainToken = static_cast<std::uint8_t>(EventType::token);
constexpr auto kPlainCheckpoint = static_cast<std::uint8_t>(EventType::checkpoint);

struct Tokens {
  std::uint32_t rows = 0;
  std::uint64_t bytes = 0;
};

// Rows from the front that are plain tokens, and the sum of their lengths. Many at a time where
// that goes: the inner loop has no branches, for the compiler's sake.
Tokens plain_tokens(const char* tags, const char* lengths, std::uint32_t limit) noexcept {
  constexpr std::uint32_t kAtOnce = 16;
  Tokens found;
  for (; limit - found.rows >= kAtOnce; found.rows += kAtOnce) {
    unsigned other = 0, bytes = 0;
    for (std::uint32_t i = found.rows; i < found.rows + kAtOnce; ++i) {
      const unsigned length = static_cast<unsigned char>(lengths[i]);
      other |= unsigned{but_for_stamp(tags[i])} ^ kPlainToken;
      other |= length > kLenMax ? 1u : 0u;
      bytes += length;
    }
    if (other != 0) break;
    found.bytes += bytes;
  }
  for (; found.rows < limit; ++found.rows) {
    const auto length = static_cast<unsigned char>(lengths[found.rows]);
    if (but_for_stamp(tags[found.rows]) != kPlainToken || length > kLenMax) break;
    found.bytes += length;
  }
  return found;
}

}  // namespace

std::uint32_t RunReader::take_plain_tokens(std::uint64_t rows_max, std::string_view& text,
                                           std::int64_t& number) noexcept {
  if (damaged_ || !plain_tokens_fit_) return 0;
  const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_, rows_max));
  const Tokens found = plain_tokens(block_.tags_ + at_.row, block_.lengths_ + at_.row, limit);
  if (found.rows == 0) return 0;
  if (found.bytes > end_.text - at_.text) {
    plain_tokens_fit_ = false;  // row by row, next() will find the one that does not
    return 0;
  }
  text = {block_.text_ + at_.text, static_cast<std::size_t>(found.bytes)};
  at_.text += static_cast<std::uint32_t>(found.bytes);
  const std::uint64_t next = prediction_.next_text() + found.rows;
  prediction_.set_next_text(next);
  number = static_cast<std::int64_t>(next - 1);
  step_over(found.rows);
  return found.rows;
}

bool RunReader::at_elided_checkpoint() const noexcept {
  return !damaged_ && left_ > 0 && but_for_stamp(block_.tags_[at_.row]) == kPlainCheckpoint &&
         static_cast<unsigned char>(block_.lengths_[at_.row]) == kLenElided && at_.hash < end_.hash;
}

Uuid RunReader::elided_hash() const noexcept {
  return base::load<Uuid>(block_.hashes_ + std::size_t{at_.hash} * kHashBytes);
}

void RunReader::take_elided_checkpoint() noexcept {
  ++at_.hash;
  step_over(1);
}

// Do the lengths of what is left say where each text lies, and the tags which of them is a text
// token's? Not where a length is in NUM, or a token has parts (which may be a channel).
bool RunReader::texts_are_plain() const noexcept {
  constexpr std::uint8_t kWithParts = kPlainToken | kTagParts;
  unsigned other = 0;
  for (std::uint32_t row = at_.row; row < at_.row + left_; ++row) {
    const unsigned tag = static_cast<unsigned char>(block_.tags_[row]);
    other |= static_cast<unsigned char>(block_.lengths_[row]) > kLenElided ? 1u : 0u;
    other |= (tag & (kTagTypeMask | kTagParts)) == kWithParts ? 1u : 0u;
  }
  return other == 0;
}

bool RunReader::take_texts(std::string& texts) {
  if (damaged_) return false;
  if (!texts_are_plain()) {
    while (next()) {
      if (row_.event.is_text_token()) texts.append(row_.event.text);
    }
    return !damaged_;
  }
  const char* const text = block_.text_;
  std::uint64_t from = at_.text, to = at_.text;  // texts of tokens in a row
  for (; left_ > 0; ++at_.row, --left_) {
    const unsigned tag = static_cast<unsigned char>(block_.tags_[at_.row]);
    const unsigned length = static_cast<unsigned char>(block_.lengths_[at_.row]);
    if ((tag & kTagTypeMask) == kPlainToken) {
      to += length;
      continue;
    }
    if (to > end_.text) return false;
    texts.append(text + from, static_cast<std::size_t>(to - from));
    from = to += length == kLenElided ? 0 : length;
  }
  if (to != end_.text) return false;
  texts.append(text + from, static_cast<std::size_t>(to - from));
  return true;
}

void RunReader::step_over(std::uint32_t rows) noexcept {
  at_.row += rows;
  left_ -= rows;
  row_.seq += rows;
  ts_behind_ += rows;
}

void RunReader::catch_up_ts() noexcept {
  for (std::uint32_t row = at_.row - ts_behind_; row < at_.row; ++row) {
    const bool us = (static_cast<unsigned char>(block_.tags_[row]) & kTagSmallTs) == 0;
    (us ? ts_.us : ts_.units4096) += small_delta(row);
  }
  ts_behind_ = 0;
}

}  // namespace reel::segment
