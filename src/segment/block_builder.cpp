#include "segment/block_builder.hpp"

#include <algorithm>
#include <cmath>

namespace reel::segment {

void ByteColumn::grow(std::size_t bytes) {
  constexpr std::size_t kFirstCapacity = 4096;
  io::LargeBuffer data(std::max({kFirstCapacity, data_.size() * 2, size_ + bytes + kSlack}));
  if (size_ != 0) std::memcpy(data.data(), data_.data(), size_);
  data_ = std::move(data);
}

void ByteColumn::append(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
  size_ += bytes.size();
}

void ByteColumn::append_varint(std::uint64_t value) {
  char* to = reserve(base::kVarintBytesMax);
  size_ += static_cast<std::size_t>(base::put_varint(to, value) - to);
}

BlockBuilder::BlockBuilder(WordTable& words)
    : words_(words),
      fixed_(kBlockEventsMax * kRowBytesLeast),
      ts_(reinterpret_cast<std::uint32_t*>(fixed_.data())),
      tokens_(reinterpret_cast<std::uint16_t*>(ts_ + kBlockEventsMax)),
      tags_(reinterpret_cast<std::uint8_t*>(tokens_ + kBlockEventsMax)),
      lengths_(tags_ + kBlockEventsMax) {
  clear();
}

void BlockBuilder::clear() noexcept {
  events_ = tokens_count_ = lengths_count_ = stream_count_ = 0;
  first_word_ = words_.size();
  first_word_bytes_ = words_.bytes();
  raw_ = 0;
  for (ByteColumn* column : {&text_, &number_, &parts_, &streams_, &run_column_, &word_lengths_}) {
    column->clear();
  }
  wides_.clear();
  checks_.clear();
  snapshot_column_.clear();
  snapshots_.clear();
  runs_.clear();
  run_sums_.clear();
  has_base_ = false;
  base_us_ = 0;
  ts_range_ = TsRange();
}

void BlockBuilder::add_definition(std::uint32_t number, const StreamIdentity& identity) {
  const std::size_t before = streams_.size();
  streams_.append_varint(number);
  char incarnation[sizeof identity.incarnation];
  base::store(incarnation, identity.incarnation);
  streams_.append({incarnation, sizeof incarnation});
  streams_.append_varint(identity.ordinal);
  streams_.append_varint(identity.name_space.size());
  streams_.append_varint(identity.id.size());
  streams_.append(identity.name_space);
  streams_.append(identity.id);
  raw_ += streams_.size() - before;
  ++stream_count_;
}

void BlockBuilder::add_snapshot(const Snapshot& snapshot) {
  const std::size_t before = snapshot_column_.size();
  append_snapshot(snapshot_column_, snapshot);
  raw_ += snapshot_column_.size() - before;
  snapshots_.push_back(
      {snapshot.first_seq, snapshot.last_seq, snapshot.text.bytes(), snapshot.stream, 0});
}

BlockBuilder::Sums BlockBuilder::sums() const noexcept {
  return {tokens_count_, lengths_count_, text_.size(),  number_.size(),
          parts_.size(), wides_.size(),  checks_.size()};
}

void BlockBuilder::begin_run(std::uint32_t stream, std::uint64_t seq, std::int64_t ts_hint_us) {
  if (!has_base_) base_us_ = ts_hint_us;
  has_base_ = true;
  runs_.push_back({stream, 0, seq});
  run_start_ = sums();
  ts_state_ = TsState(base_us_);
  prediction_ = Prediction();
  runs_.back().count = events_;  // until end_run: where it began
}

void BlockBuilder::end_run() {
  constexpr std::size_t kRunBytesMax = 64;
  RunInfo& run = runs_.back();
  run.count = events_ - run.count;
  if (run.count == 0) {
    runs_.pop_back();
    return;
  }
  const Sums now = sums();
  run_sums_.push_back({now.tokens - run_start_.tokens, now.lengths - run_start_.lengths,
                       now.text - run_start_.text, now.number - run_start_.number,
                       now.parts - run_start_.parts, now.wides - run_start_.wides,
                       now.checks - run_start_.checks});
  raw_ += kRunBytesMax;
}

void BlockBuilder::put_wide(std::uint64_t value) {
  wides_.push_back(value);
  raw_ += kWideBytes;
  ts_[events_] = 0;
}

std::uint8_t BlockBuilder::put_double(double ts_ms) {
  ts_range_.add_double(ts_ms);
  const auto tag = [](TsKind kind) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(kind) << kTagTsShift);
  };
  if (const auto units = exact_4096(ts_ms)) {
    const auto now = static_cast<std::uint64_t>(*units);
    const std::uint64_t delta = base::zigzag(static_cast<std::int64_t>(now - ts_state_.units4096));
    ts_state_.units4096 = now;
    if (delta <= UINT32_MAX) {
      ts_[events_] = static_cast<std::uint32_t>(delta);
      return tag(TsKind::x4096);
    }
  }
  put_wide(std::bit_cast<std::uint64_t>(ts_ms));
  return tag(TsKind::raw);
}

std::uint8_t BlockBuilder::put_number(EventType type, bool has_parts, const EventView& event) {
  const std::size_t before = number_.size();
  const std::uint64_t predicted = prediction_.number(type, !has_parts);
  if (type == EventType::token) prediction_.note_token(event.number, !has_parts);
  std::uint8_t tag = 0;
  if (!event.number) {
    if (!Prediction::expects_number(type)) return 0;
    number_.append_varint(0);
    tag = kTagNumber;
  } else {
    const std::uint64_t surprise = base::zigzag(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(*event.number) - predicted));
    if (surprise == 0 && Prediction::expects_number(type)) return 0;
    number_.append_varint(surprise);
    tag = kTagNumber;
  }
  raw_ += number_.size() - before;
  return tag;
}

std::uint8_t BlockBuilder::put_head(const event::DecodedFrame& frame) {
  const EventView& event = frame.event;
  const bool has_parts = !event.parts.empty();
  auto tag = static_cast<std::uint8_t>(static_cast<unsigned>(event.type) |
                                       put_ts(frame.header.flags, frame.header.ts));
  if (has_parts) tag |= kTagParts;
  tag |= put_number(event.type, has_parts, event);
  return tag;
}

void BlockBuilder::put_parts(std::string_view parts) {
  const std::uint32_t reference =
      parts.size() <= WordTable::kPartsBytesMax ? words_.reference(parts) : 0;
  number_.append_varint(reference);
  if (reference != 0) return;
  number_.append_varint(parts.size());
  parts_.append(parts);
  raw_ += parts.size();
}

void BlockBuilder::add(const event::DecodedFrame& frame, Text text, std::uint32_t check) {
  const EventView& event = frame.event;
  const std::uint8_t tag = put_head(frame);
  const std::size_t before = number_.size();
  const bool is_token = event.type == EventType::token;
  std::uint32_t reference = 0;
  if (text == Text::elided) {
    checks_.push_back(check);
    raw_ += kCheckBytes;
    put_length(event.type, kLenElided);
  } else if (is_token && event.text.size() <= WordTable::kTextBytesMax &&
             (reference = words_.reference(event.text)) != 0) {
    tokens_[tokens_count_++] = static_cast<std::uint16_t>(reference);
  } else {
    const bool is_long = event.text.size() > kLenMax;
    put_length(event.type, is_long ? kLenLong : static_cast<std::uint8_t>(event.text.size()));
    if (is_long) number_.append_varint(event.text.size());
    text_.append(event.text);
    raw_ += event.text.size();
  }
  if (!event.parts.empty()) put_parts(event.parts);
  raw_ += number_.size() - before;
  put_row(tag);
}

void BlockBuilder::add_fragmented(const event::DecodedFrame& frame, FragmentRef ref) {
  const EventView& event = frame.event;
  const std::uint8_t tag = put_head(frame);
  const std::size_t before = number_.size();
  put_length(event.type, kLenFragment);
  number_.append_varint(ref.offset);
  number_.append_varint(event.text.size());
  number_.append_varint(event.parts.size());
  raw_ += number_.size() - before;
  put_row(tag);
}

void BlockBuilder::put_runs() {
  std::uint32_t stream = 0;
  for (const RunInfo& run : runs_) {
    run_column_.append_varint(run.stream - stream);
    stream = run.stream;
  }
  for (const RunInfo& run : runs_) run_column_.append_varint(run.first_seq);
  for (const RunInfo& run : runs_) run_column_.append_varint(run.count);
  for (std::uint64_t Sums::*sum : {&Sums::tokens, &Sums::lengths, &Sums::text, &Sums::number,
                                   &Sums::parts, &Sums::wides, &Sums::checks}) {
    for (const Sums& sums : run_sums_) run_column_.append_varint(sums.*sum);
  }
}

void BlockBuilder::put_word_lengths() {
  for (std::uint32_t number = first_word_; number < words_.size(); ++number) {
    word_lengths_.append_varint(words_.word(number).size());
  }
}

// Nothing that is stored through `to` may be taken for a bound of the loop: that would make it one
// byte at a time.
template <class T>
void BlockBuilder::put_planes(const T* values, std::size_t count) {
  const T* const from = values;
  char* to = raw_columns_.reserve(sizeof(T) * count);
  for (unsigned plane = 0; plane < sizeof(T); ++plane, to += count) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<char>(from[i] >> (8 * plane));
  }
  raw_columns_.advance(sizeof(T) * count);
}

std::string_view BlockBuilder::finish(BlockShape& shape) {
  put_runs();
  put_word_lengths();
  shape = BlockShape();
  shape.ts_base_us = base_us_;
  shape.rows = events_;
  shape.runs = static_cast<std::uint32_t>(runs_.size());
  shape.definitions = stream_count_;
  shape.snapshots = static_cast<std::uint32_t>(snapshots_.size());
  shape.first_word = first_word_;
  shape.words = words_.size() - first_word_;

  raw_columns_.clear();
  const auto note = [&](Column column, std::size_t bytes) {
    shape.raw[static_cast<std::size_t>(column)] = static_cast<std::uint32_t>(bytes);
  };
  const auto put = [&](Column column, const void* bytes, std::size_t size) {
    raw_columns_.append({static_cast<const char*>(bytes), size});
    note(column, size);
  };
  const auto put_bytes = [&](Column column, std::string_view bytes) {
    put(column, bytes.data(), bytes.size());
  };
  put_bytes(Column::streams, streams_.view());
  put_bytes(Column::runs, run_column_.view());
  put(Column::tags, tags_, events_);
  put_planes(tokens_, tokens_count_);
  for (const Column plane : {Column::token_low, Column::token_high}) note(plane, tokens_count_);
  put(Column::lengths, lengths_, lengths_count_);
  put_planes(ts_, events_);
  for (const Column plane : {Column::ts0, Column::ts1, Column::ts2, Column::ts3}) {
    note(plane, events_);
  }
  put_bytes(Column::numbers, number_.view());
  put_bytes(Column::parts, parts_.view());
  put(Column::wides, wides_.data(), wides_.size() * kWideBytes);
  put(Column::checks, checks_.data(), checks_.size() * kCheckBytes);
  put_bytes(Column::text, text_.view());
  put_bytes(Column::word_lengths, word_lengths_.view());
  put_bytes(Column::words, words_.texts_from(first_word_));
  put_bytes(Column::snapshots, snapshot_column_);
  return raw_columns_.view();
}

}  // namespace reel::segment
