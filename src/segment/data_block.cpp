#include "segment/data_block.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace reel::segment {

std::shared_ptr<const DataBlock> DataBlock::parse(std::unique_ptr<char[]> raw, std::size_t bytes) {
  auto block = std::make_shared<DataBlock>();
  block->raw_ = std::move(raw);
  return block->parse_columns(bytes) ? block : nullptr;
}

bool DataBlock::parse_columns(std::size_t bytes) {
  if (bytes < sizeof(DataPrologue)) return false;
  prologue_ = base::load<DataPrologue>(raw_.get());
  const DataPrologue& p = prologue_;
  if (p.events > kBlockEventsMax || p.runs > p.events) return false;

  base::Input input({raw_.get() + sizeof p, bytes - sizeof p});
  const std::string_view streams = input.bytes(p.stream_bytes);
  const std::string_view runs = input.bytes(p.run_bytes);
  tags_ = input.bytes(p.events).data();
  lengths_ = input.bytes(p.events).data();
  ts_ = input.bytes(kTsBytes * p.events).data();
  number_ = input.bytes(p.number_bytes).data();
  parts_ = input.bytes(p.parts_bytes).data();
  wides_ = input.bytes(std::uint64_t{kWideBytes} * p.wides).data();
  hashes_ = input.bytes(std::uint64_t{kHashBytes} * p.hashes).data();
  text_ = input.bytes(p.text_bytes).data();
  const std::string_view snapshots = input.bytes(p.snapshot_bytes);
  return input.ok() && input.at_end() && parse_definitions(streams) && parse_runs(runs) &&
         parse_snapshots(snapshots);
}

bool DataBlock::parse_definitions(std::string_view bytes) {
  base::Input input(bytes);
  for (std::uint32_t i = 0; i < prologue_.stream_count; ++i) {
    StreamDefinition d;
    const std::uint64_t number = input.varint();
    d.identity.incarnation = input.fixed<std::uint64_t>();
    d.identity.ordinal = input.varint();
    const std::uint64_t name_space_bytes = input.varint();
    const std::uint64_t id_bytes = input.varint();
    if (name_space_bytes > UINT16_MAX || id_bytes > UINT16_MAX) return false;
    d.identity.name_space = input.bytes(name_space_bytes);
    d.identity.id = input.bytes(id_bytes);
    if (!input.ok() || number >= UINT32_MAX) return false;
    d.number = static_cast<std::uint32_t>(number);
    if (!definitions_.empty() && d.number <= definitions_.back().number) return false;
    definitions_.push_back(d);
  }
  return input.at_end();
}

bool DataBlock::parse_runs(std::string_view bytes) {
  base::Input input(bytes);
  runs_.resize(prologue_.runs + std::size_t{1});
  const std::size_t n = prologue_.runs;
  std::uint64_t stream = 0;
  for (std::size_t i = 0; i < n; ++i) {
    stream += input.varint();
    if (stream >= UINT32_MAX) return false;
    runs_[i].stream = static_cast<std::uint32_t>(stream);
  }
  for (std::size_t i = 0; i < n; ++i) runs_[i].first_seq = input.varint();
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t count = input.varint();
    if (count == 0 || count > prologue_.events - runs_[i].row) return false;
    runs_[i].count = static_cast<std::uint32_t>(count);
    runs_[i + 1].row = runs_[i].row + runs_[i].count;
  }
  // The columns' sums become prefix sums; none may pass the column's end.
  const auto sums = [&](std::uint32_t BlockRun::*place, std::uint32_t column_size) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t sum = input.varint();
      if (sum > column_size - runs_[i].*place) return false;
      runs_[i + 1].*place = runs_[i].*place + static_cast<std::uint32_t>(sum);
    }
    return true;
  };
  return sums(&BlockRun::text, prologue_.text_bytes) &&
         sums(&BlockRun::number, prologue_.number_bytes) &&
         sums(&BlockRun::parts, prologue_.parts_bytes) && sums(&BlockRun::wide, prologue_.wides) &&
         sums(&BlockRun::hash, prologue_.hashes) && input.ok() && input.at_end() && sums_fit();
}

bool DataBlock::parse_snapshots(std::string_view bytes) {
  base::Input input(bytes);
  for (std::uint32_t i = 0; i < prologue_.snapshots; ++i) {
    Snapshot snapshot;
    if (!take_snapshot(input, snapshot)) return false;
    if (i > 0) {
      const Snapshot& last = snapshots_.back();
      if (std::pair(snapshot.stream, snapshot.first_seq) <= std::pair(last.stream, last.last_seq)) {
        return false;
      }
    }
    snapshots_.push_back(snapshot);
  }
  return input.ok() && input.at_end();
}

bool DataBlock::sums_fit() const noexcept {
  const BlockRun& end = runs_.back();
  for (std::size_t i = 1; i < run_count(); ++i) {
    if (runs_[i].stream == runs_[i - 1].stream && runs_[i].first_seq <= runs_[i - 1].first_seq) {
      return false;
    }
  }
  return end.row == prologue_.events && end.text == prologue_.text_bytes &&
         end.number == prologue_.number_bytes && end.parts == prologue_.parts_bytes &&
         end.wide == prologue_.wides && end.hash == prologue_.hashes;
}

std::size_t DataBlock::find_stream(std::uint32_t stream) const noexcept {
  const auto end = runs_.end() - 1;
  const auto found = std::partition_point(runs_.begin(), end,
                                          [&](const BlockRun& run) { return run.stream < stream; });
  return found != end && found->stream == stream ? static_cast<std::size_t>(found - runs_.begin())
                                                 : run_count();
}

RunReader::RunReader(const DataBlock& block, std::size_t run) noexcept
    : block_(block),
      at_(block.runs_[run]),
      end_(block.runs_[run + 1]),
      left_(at_.count),
      numbers_({block.number_ + at_.number, end_.number - at_.number}),
      ts_(block.prologue_.ts_base_us) {
  row_.seq = at_.first_seq - 1;
}

bool RunReader::used_up() const noexcept {
  return numbers_.at_end() && at_.text == end_.text && at_.parts == end_.parts &&
         at_.wide == end_.wide && at_.hash == end_.hash;
}

bool RunReader::take_wide(std::uint64_t& value) noexcept {
  if (at_.wide == end_.wide) return false;
  value = base::load<std::uint64_t>(block_.wides_ + std::size_t{at_.wide++} * kWideBytes);
  return true;
}

std::uint64_t RunReader::small_delta(std::size_t row) const noexcept {
  const std::size_t events = block_.prologue_.events;
  std::uint32_t delta = 0;
  for (unsigned plane = 0; plane < kTsBytes; ++plane) {
    delta |= std::uint32_t{static_cast<unsigned char>(block_.ts_[plane * events + row])}
             << (8 * plane);
  }
  return static_cast<std::uint64_t>(base::unzigzag(delta));
}

bool RunReader::take_ts(TsKind kind) noexcept {
  std::uint64_t value = 0;
  if (ts_behind_ > 0) catch_up_ts();
  if (kind == TsKind::us || kind == TsKind::x4096) {
    value = small_delta(at_.row);
  } else if (!take_wide(value)) {
    return false;
  }
  switch (kind) {
    case TsKind::us:
      ts_.us += value;
      row_.event.ts_ms = ms_of_us(static_cast<std::int64_t>(ts_.us));
      break;
    case TsKind::wide_us:
      ts_.us = value;
      row_.event.ts_ms = ms_of_us(static_cast<std::int64_t>(ts_.us));
      break;
    case TsKind::x4096:
      ts_.units4096 += value;
      row_.event.ts_ms = ms_of_4096(static_cast<std::int64_t>(ts_.units4096));
      break;
    case TsKind::raw:
      row_.event.ts_ms = std::bit_cast<double>(value);
      if (const auto units = exact_4096(row_.event.ts_ms)) {
        ts_.units4096 = static_cast<std::uint64_t>(*units);
      }
      break;
  }
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
  row_.text = BlockRow::Text::fragments;
  row_.fragment_offset = numbers_.varint();
  row_.fragment_text_bytes = numbers_.varint();
  row_.fragment_parts_bytes = numbers_.varint();
  return numbers_.ok() && row_.fragment_text_bytes <= kEventBytesMax &&
         row_.fragment_parts_bytes <= kEventBytesMax &&
         (row_.fragment_parts_bytes != 0) == has_parts;
}

bool RunReader::take_payload(std::uint8_t length, bool has_parts) noexcept {
  if (length == kLenFragment) return take_fragment(has_parts);
  if (length == kLenElided) {
    if (at_.hash == end_.hash) return false;
    row_.text = BlockRow::Text::elided;
    row_.hash = base::load<Uuid>(block_.hashes_ + std::size_t{at_.hash++} * kHashBytes);
  } else {
    const std::uint64_t bytes = length == kLenLong ? numbers_.varint() : length;
    if (bytes > end_.text - at_.text) return false;
    row_.event.text = {block_.text_ + at_.text, static_cast<std::size_t>(bytes)};
    at_.text += static_cast<std::uint32_t>(bytes);
  }
  if (has_parts) {
    const std::uint64_t bytes = numbers_.varint();
    if (bytes > end_.parts - at_.parts) return false;
    row_.event.parts = {block_.parts_ + at_.parts, static_cast<std::size_t>(bytes)};
    at_.parts += static_cast<std::uint32_t>(bytes);
  }
  return numbers_.ok();
}

bool RunReader::next() noexcept {
  if (damaged_) return false;
  if (left_ == 0) return used_up() ? false : fail();
  --left_;
  const auto tag = static_cast<std::uint8_t>(block_.tags_[at_.row]);
  const auto length = static_cast<std::uint8_t>(block_.lengths_[at_.row]);
  const auto type = static_cast<EventType>(tag & kTagTypeMask);
  if (type < EventType::start || type > EventType::gap) return fail();
  if (length == kLenElided && !Prediction::has_content(type)) return fail();

  ++row_.seq;
  row_.text = BlockRow::Text::here;
  row_.event.type = type;
  row_.event.text = row_.event.parts = {};
  if (!take_ts(static_cast<TsKind>((tag >> kTagTsShift) & kTagTsMask))) return fail();
  if (!take_number(type, tag)) return fail();
  if (!take_payload(length, (tag & kTagParts) != 0)) return fail();
  ++at_.row;
  return true;
}

}  // namespace reel::segment
