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

BlockBuilder::BlockBuilder()
    : fixed_(kBlockEventsMax * kRowFixedBytes),
      ts_(reinterpret_cast<std::uint32_t*>(fixed_.data())),
      tags_(reinterpret_cast<std::uint8_t*>(ts_ + kBlockEventsMax)),
      lengths_(tags_ + kBlockEventsMax) {
  clear();
}

void BlockBuilder::clear() noexcept {
  events_ = stream_count_ = 0;
  raw_ = sizeof(DataPrologue);
  for (ByteColumn* column : {&text_, &number_, &parts_, &streams_, &run_column_, &raw_payload_}) {
    column->clear();
  }
  wides_.clear();
  hashes_.clear();
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
  return {text_.size(), number_.size(), parts_.size(), wides_.size(), hashes_.size()};
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
  run_sums_.push_back({now.text - run_start_.text, now.number - run_start_.number,
                       now.parts - run_start_.parts, now.wides - run_start_.wides,
                       now.hashes - run_start_.hashes});
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

void BlockBuilder::add(const event::DecodedFrame& frame, Text text, const Uuid& hash) {
  const EventView& event = frame.event;
  const std::uint8_t tag = put_head(frame);
  const std::size_t before = number_.size();
  std::uint8_t length = kLenElided;
  if (text == Text::elided) {
    hashes_.push_back(hash);
    raw_ += kHashBytes;
  } else {
    length = event.text.size() <= kLenMax ? static_cast<std::uint8_t>(event.text.size()) : kLenLong;
    if (length == kLenLong) number_.append_varint(event.text.size());
    text_.append(event.text);
    raw_ += event.text.size();
  }
  if (!event.parts.empty()) {
    number_.append_varint(event.parts.size());
    parts_.append(event.parts);
    raw_ += event.parts.size();
  }
  raw_ += kRowFixedBytes + number_.size() - before;
  put_tail(tag, length);
}

void BlockBuilder::add_fragmented(const event::DecodedFrame& frame, FragmentRef ref) {
  const EventView& event = frame.event;
  const std::uint8_t tag = put_head(frame);
  const std::size_t before = number_.size();
  number_.append_varint(ref.offset);
  number_.append_varint(event.text.size());
  number_.append_varint(event.parts.size());
  raw_ += kRowFixedBytes + number_.size() - before;
  put_tail(tag, kLenFragment);
}

void BlockBuilder::put_runs() {
  std::uint32_t stream = 0;
  for (const RunInfo& run : runs_) {
    run_column_.append_varint(run.stream - stream);
    stream = run.stream;
  }
  for (const RunInfo& run : runs_) run_column_.append_varint(run.first_seq);
  for (const RunInfo& run : runs_) run_column_.append_varint(run.count);
  for (std::uint64_t Sums::*sum :
       {&Sums::text, &Sums::number, &Sums::parts, &Sums::wides, &Sums::hashes}) {
    for (const Sums& sums : run_sums_) run_column_.append_varint(sums.*sum);
  }
}

// Nothing that is stored through `to` may be taken for a bound of the loop: that would make it one
// byte at a time.
void BlockBuilder::put_planes() {
  const std::size_t count = events_;
  const std::uint32_t* const from = ts_;
  char* to = raw_payload_.reserve(kTsBytes * count);
  for (unsigned plane = 0; plane < kTsBytes; ++plane, to += count) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<char>(from[i] >> (8 * plane));
  }
  raw_payload_.advance(kTsBytes * count);
}

std::string_view BlockBuilder::finish() {
  put_runs();
  DataPrologue prologue;
  prologue.ts_base_us = base_us_;
  prologue.events = events_;
  prologue.runs = static_cast<std::uint32_t>(runs_.size());
  prologue.stream_bytes = static_cast<std::uint32_t>(streams_.size());
  prologue.run_bytes = static_cast<std::uint32_t>(run_column_.size());
  prologue.number_bytes = static_cast<std::uint32_t>(number_.size());
  prologue.parts_bytes = static_cast<std::uint32_t>(parts_.size());
  prologue.wides = static_cast<std::uint32_t>(wides_.size());
  prologue.hashes = static_cast<std::uint32_t>(hashes_.size());
  prologue.text_bytes = static_cast<std::uint32_t>(text_.size());
  prologue.stream_count = stream_count_;
  prologue.snapshots = static_cast<std::uint32_t>(snapshots_.size());
  prologue.snapshot_bytes = static_cast<std::uint32_t>(snapshot_column_.size());

  raw_payload_.clear();
  raw_payload_.append({reinterpret_cast<const char*>(&prologue), sizeof prologue});
  raw_payload_.append(streams_.view());
  raw_payload_.append(run_column_.view());
  raw_payload_.append({reinterpret_cast<const char*>(tags_), events_});
  raw_payload_.append({reinterpret_cast<const char*>(lengths_), events_});
  put_planes();
  raw_payload_.append(number_.view());
  raw_payload_.append(parts_.view());
  raw_payload_.append({reinterpret_cast<const char*>(wides_.data()), wides_.size() * kWideBytes});
  raw_payload_.append({reinterpret_cast<const char*>(hashes_.data()), hashes_.size() * kHashBytes});
  raw_payload_.append(text_.view());
  raw_payload_.append(snapshot_column_);
  return raw_payload_.view();
}

}  // namespace reel::segment
