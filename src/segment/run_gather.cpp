// RunReader: stepping over rows that folding needs only in sum, a column at a time.
#include <algorithm>
#include <utility>

#include "segment/data_block.hpp"
#include "segment/row_tags.hpp"

namespace reel::segment {

// The texts of so many TOKEN rows, the next ones; of fewer where one of them is long, in fragments,
// or makes no sense. Answers of how many.
std::uint32_t RunReader::append_texts(std::uint32_t rows, std::string& text) {
  constexpr std::uint32_t kAtOnce = 256;
  std::uint32_t done = 0;
  while (done < rows) {
    const std::uint32_t next = std::min(rows - done, kAtOnce);
    const std::uint32_t taken = append_short_texts(next, text, [](std::string_view) {});
    done += taken;
    if (taken == next) continue;
    const auto append = [&](std::string_view longer) {
      text.append(longer);
      return true;
    };
    if (take_texts_of(1, append) == 0) break;
    ++done;
  }
  return done;
}

std::uint32_t RunReader::take_plain_tokens(std::uint64_t rows_max, std::string& text,
                                           std::int64_t& number) {
  if (damaged_) return 0;
  const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_, rows_max));
  const std::uint32_t alike =
      rows_like(tags_ + at_.row, limit, static_cast<std::uint8_t>(~kTagSmallTs), kTagPlainToken);
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
  return !damaged_ && left_ > 0 && but_for_stamp(tags_[at_.row]) == kTagPlainCheckpoint &&
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
  constexpr std::uint8_t kWithParts = kTagPlainToken | kTagParts;
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
    const std::uint32_t tokens = rows_like(tags_ + at_.row, left_, kTagTypeMask, kTagPlainToken);
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
  const std::uint32_t from = at_.row - std::exchange(ts_behind_, 0);
  // Apart, so that both are sums and nothing is decided row by row.
  std::int64_t us = 0, all = 0;
  for (std::uint32_t row = from; row < at_.row; ++row) {
    const std::int64_t delta = small_delta(row);
    const bool is_us = (static_cast<unsigned char>(tags_[row]) & kTagSmallTs) == 0;
    us += is_us ? delta : 0;
    all += delta;
  }
  ts_.us += static_cast<std::uint64_t>(us);
  ts_.units4096 += static_cast<std::uint64_t>(all - us);
}

}  // namespace reel::segment
