// RunReader: stepping over rows that folding needs only in sum, a column at a time.
#include <algorithm>
#include <array>
#include <cstring>

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

// Rows from the front whose tags, but for the bits of `mask`, are `wanted`.
std::uint32_t rows_like(const char* tags, std::uint32_t limit, std::uint8_t mask,
                        std::uint8_t wanted) noexcept {
  constexpr std::uint32_t kAtOnce = 16;
  std::uint32_t rows = 0;
  for (; limit - rows >= kAtOnce; rows += kAtOnce) {
    unsigned other = 0;
    for (std::uint32_t i = rows; i < rows + kAtOnce; ++i) {
      other |= (unsigned{static_cast<unsigned char>(tags[i])} & mask) ^ wanted;
    }
    if (other != 0) break;
  }
  while (rows < limit && (static_cast<unsigned char>(tags[rows]) & mask) == wanted) ++rows;
  return rows;
}

// Texts that lie in many places, one behind the other. Copies of fixed size, for nearly all are
// short: there are kSlack bytes behind each source, and made behind the target.
class Appender {
 public:
  static constexpr std::size_t kTextsMax = 256;
  static constexpr std::size_t kSlack = Words::kSlack;

  bool is_full() const noexcept { return count_ == kTextsMax; }
  void add(std::string_view text) noexcept {
    texts_[count_++] = text;
    bytes_ += text.size();
  }
  void append_to(std::string& out) {
    const std::size_t end = out.size() + bytes_;
    out.resize(end + kSlack);
    char* to = out.data() + (end - bytes_);
    for (std::size_t i = 0; i < count_; ++i) {
      const std::string_view text = texts_[i];
      if (text.size() <= kSlack) [[likely]] {
        std::memcpy(to, text.data(), kSlack);
      } else {
        std::memcpy(to, text.data(), text.size());
      }
      to += text.size();
    }
    out.resize(end);
    count_ = bytes_ = 0;
  }

 private:
  std::size_t count_ = 0, bytes_ = 0;
  std::array<std::string_view, kTextsMax> texts_;
};

}  // namespace

// The texts of so many TOKEN rows, the next ones; of fewer where one of them is long, in fragments,
// or makes no sense. Answers of how many.
std::uint32_t RunReader::append_texts(std::uint32_t rows, std::string& text) {
  Appender appender;
  std::uint32_t done = 0;
  for (; done < rows && at_.token < end_.token; ++done) {
    const std::uint32_t word = reference(at_.token);
    if (word != 0) [[likely]] {
      if (!words_.has(word - 1)) break;
      appender.add(words_[word - 1]);
    } else {
      if (at_.length == end_.length) break;
      const unsigned bytes = static_cast<unsigned char>(lengths_[at_.length]);
      if (bytes > kLenMax || bytes > end_.text - at_.text) break;
      appender.add({text_ + at_.text, bytes});
      at_.text += bytes;
      ++at_.length;
    }
    ++at_.token;
    if (appender.is_full()) appender.append_to(text);
  }
  appender.append_to(text);
  return done;
}

std::uint32_t RunReader::take_plain_tokens(std::uint64_t rows_max, std::string& text,
                                           std::int64_t& number) {
  if (damaged_) return 0;
  const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_, rows_max));
  const std::uint32_t alike =
      rows_like(tags_ + at_.row, limit, static_cast<std::uint8_t>(~kTagSmallTs), kPlainToken);
  if (alike == 0) return 0;
  const std::uint32_t rows = append_texts(alike, text);
  if (rows == 0) return 0;
  const std::uint64_t next = prediction_.next_text() + rows;
  prediction_.set_next_text(next);
  number = static_cast<std::int64_t>(next - 1);
  step_over(rows);
  return rows;
}

bool RunReader::at_elided_checkpoint() const noexcept {
  return !damaged_ && left_ > 0 && but_for_stamp(tags_[at_.row]) == kPlainCheckpoint &&
         at_.length < end_.length &&
         static_cast<unsigned char>(lengths_[at_.length]) == kLenElided && at_.check < end_.check;
}

std::uint32_t RunReader::elided_check() const noexcept {
  return base::load<std::uint32_t>(checks_ + std::size_t{at_.check} * kCheckBytes);
}

void RunReader::take_elided_checkpoint() noexcept {
  ++at_.check;
  ++at_.length;
  step_over(1);
}

// Do the lengths of what is left say where each text lies, and the tags which of them is a text
// token's? Not where a length is in NUM, or a token has parts (which may be a channel).
bool RunReader::texts_are_plain() const noexcept {
  constexpr std::uint8_t kWithParts = kPlainToken | kTagParts;
  unsigned other = 0;
  for (std::uint32_t row = at_.row; row < at_.row + left_; ++row) {
    const unsigned tag = static_cast<unsigned char>(tags_[row]);
    other |= (tag & (kTagTypeMask | kTagParts)) == kWithParts ? 1u : 0u;
  }
  for (std::uint32_t i = at_.length; i < end_.length; ++i) {
    other |= static_cast<unsigned char>(lengths_[i]) > kLenElided ? 1u : 0u;
  }
  return other == 0;
}

// Past the text of a row that is no TOKEN.
bool RunReader::skip_text() noexcept {
  if (at_.length == end_.length) return false;
  const unsigned length = static_cast<unsigned char>(lengths_[at_.length++]);
  const unsigned bytes = length == kLenElided ? 0 : length;
  if (bytes > end_.text - at_.text) return false;
  at_.text += bytes;
  return true;
}

bool RunReader::take_texts(std::string& texts) {
  if (damaged_) return false;
  if (!texts_are_plain()) {
    while (next()) {
      if (row_.event.is_text_token()) texts.append(row_.event.text);
    }
    return !damaged_;
  }
  while (left_ > 0) {
    const std::uint32_t tokens = rows_like(tags_ + at_.row, left_, kTagTypeMask, kPlainToken);
    if (tokens == 0 ? !skip_text() : append_texts(tokens, texts) != tokens) return false;
    at_.row += std::max(tokens, 1U);
    left_ -= std::max(tokens, 1U);
  }
  return at_.text == end_.text;
}

void RunReader::step_over(std::uint32_t rows) noexcept {
  at_.row += rows;
  left_ -= rows;
  row_.seq += rows;
  ts_behind_ += rows;
}

void RunReader::catch_up_ts() noexcept {
  for (std::uint32_t row = at_.row - ts_behind_; row < at_.row; ++row) {
    const bool us = (static_cast<unsigned char>(tags_[row]) & kTagSmallTs) == 0;
    (us ? ts_.us : ts_.units4096) += small_delta(row);
  }
  ts_behind_ = 0;
}

}  // namespace reel::segment
