// RunReader: the rows of a run, one after the other.
#include "segment/data_block.hpp"

namespace reel::segment {

RunReader::RunReader(const DataBlock& block, std::size_t run)
    : block_(block),
      words_(block.words()),
      at_(block.runs()[run]),
      end_(block.runs()[run + 1]),
      left_(at_.count),
      numbers_({}),
      ts_(block.shape().ts_base_us) {
  row_.seq = at_.first_seq - 1;
  damaged_ = !block.need(kRowColumns);
  tags_ = block.column(Column::tags);
  token_low_ = block.column(Column::token_low);
  token_high_ = block.column(Column::token_high);
  lengths_ = block.column(Column::lengths);
  text_ = block.column(Column::text);
  parts_ = block.column(Column::parts);
  checks_ = block.column(Column::checks);
  numbers_ = base::Input({block.column(Column::numbers) + at_.number, end_.number - at_.number});
}

bool RunReader::used_up() const noexcept {
  return numbers_.at_end() && at_.token == end_.token && at_.length == end_.length &&
         at_.text == end_.text && at_.parts == end_.parts && at_.wide == end_.wide &&
         at_.check == end_.check;
}

bool RunReader::take_wide(std::uint64_t& value) noexcept {
  if (at_.wide == end_.wide) return false;
  value = base::load<std::uint64_t>(wides_ + std::size_t{at_.wide++} * kWideBytes);
  return true;
}

bool RunReader::need_stamps() {
  if (ts_planes_ != nullptr) [[likely]] return true;
  if (!block_.need(kStampColumns)) return false;
  ts_planes_ = block_.column(Column::ts0);
  wides_ = block_.column(Column::wides);
  return true;
}

bool RunReader::take_ts(TsKind kind) {
  std::uint64_t value = 0;
  if (!need_stamps()) return false;
  if (ts_behind_ > 0) catch_up_ts();
  if (kind == TsKind::us || kind == TsKind::x4096) {
    value = static_cast<std::uint64_t>(std::int64_t{small_delta(at_.row)});
  } else if (!take_wide(value)) {
    return false;
  }
  row_.event.ts_ms = ts_.next(kind, value);
  return true;
}

bool RunReader::take_number(EventType type, std::uint8_t tag) noexcept {
  const bool text_token = (tag & kTagParts) == 0;
  const bool expected = Prediction::expects_number(type);
  std::uint64_t number = prediction_.number(type, text_token);
  bool present = expected;
  if ((tag & kTagNumber) != 0) {
    const std::uint64_t surprise = numbers_.varint();
    present = !expected || surprise != 0;
    number += static_cast<std::uint64_t>(base::unzigzag(surprise));
  }
  row_.event.number.reset();
  if (present) row_.event.number = static_cast<std::int64_t>(number);
  if (type == EventType::token) prediction_.note_token(row_.event.number, text_token);
  return numbers_.ok();
}

bool RunReader::take_fragment(bool has_parts) noexcept {
  row_.fragment_offset = numbers_.varint();
  row_.fragment_text_bytes = numbers_.varint();
  row_.fragment_parts_bytes = numbers_.varint();
  return numbers_.ok() && row_.fragment_text_bytes <= kEventBytesMax &&
         row_.fragment_parts_bytes <= kEventBytesMax &&
         (row_.fragment_parts_bytes != 0) == has_parts;
}

bool RunReader::take_text(EventType type) noexcept {
  if (type == EventType::token) {
    if (at_.token == end_.token) return false;
    if (const std::uint32_t word = reference(at_.token++); word != 0) {
      if (!words_.has(word - 1)) return false;
      row_.event.text = words_[word - 1];
      return true;
    }
  }
  if (at_.length == end_.length) return false;
  const auto length = static_cast<std::uint8_t>(lengths_[at_.length++]);
  if (length == kLenFragment) {
    row_.text = BlockRow::Text::fragments;
    return true;
  }
  if (length == kLenElided) {
    if (at_.check == end_.check || !Prediction::has_content(type)) return false;
    row_.text = BlockRow::Text::elided;
    row_.check = base::load<std::uint32_t>(checks_ + std::size_t{at_.check++} * kCheckBytes);
    return true;
  }
  const std::uint64_t bytes = length == kLenLong ? numbers_.varint() : length;
  if (bytes > end_.text - at_.text) return false;
  row_.event.text = {text_ + at_.text, static_cast<std::size_t>(bytes)};
  at_.text += static_cast<std::uint32_t>(bytes);
  return true;
}

bool RunReader::take_parts() noexcept {
  if (const std::uint64_t word = numbers_.varint(); word != 0) {
    if (word > kWordsMax || !words_.has(static_cast<std::uint32_t>(word - 1))) return false;
    row_.event.parts = words_[static_cast<std::uint32_t>(word - 1)];
    return true;
  }
  const std::uint64_t bytes = numbers_.varint();
  if (bytes > end_.parts - at_.parts) return false;
  row_.event.parts = {parts_ + at_.parts, static_cast<std::size_t>(bytes)};
  at_.parts += static_cast<std::uint32_t>(bytes);
  return true;
}

bool RunReader::next() {
  if (damaged_) return false;
  if (left_ == 0) return used_up() ? false : fail();
  --left_;
  const auto tag = static_cast<std::uint8_t>(tags_[at_.row]);
  const auto type = static_cast<EventType>(tag & kTagTypeMask);
  const bool has_parts = (tag & kTagParts) != 0;
  if (type < EventType::start || type > EventType::gap) return fail();

  ++row_.seq;
  row_.text = BlockRow::Text::here;
  row_.event.type = type;
  row_.event.text = row_.event.parts = {};
  if (!take_ts(static_cast<TsKind>((tag >> kTagTsShift) & kTagTsMask))) return fail();
  if (!take_number(type, tag) || !take_text(type)) return fail();
  if (row_.text == BlockRow::Text::fragments) {
    if (!take_fragment(has_parts)) return fail();
  } else if (has_parts && !take_parts()) {
    return fail();
  }
  if (!numbers_.ok()) return fail();
  ++at_.row;
  return true;
}

}  // namespace reel::segment
