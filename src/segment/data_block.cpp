#include "segment/data_block.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace reel::segment {

std::shared_ptr<const DataBlock> DataBlock::parse(std::string_view payload, std::size_t raw_bytes,
                                                  std::shared_ptr<const void> keep,
                                                  std::shared_ptr<const Words> words) {
  auto block = std::make_shared<DataBlock>(std::move(keep), std::move(words));
  return block->parse_columns(payload, raw_bytes) ? block : nullptr;
}

bool DataBlock::parse_columns(std::string_view payload, std::size_t raw_bytes) {
  base::Input input(payload);
  ColumnSizes stored;
  if (!take_directory(input, shape_, stored) || shape_.raw_bytes() != raw_bytes) return false;
  std::uint32_t place = 0;
  for (std::size_t i = 0; i < kColumns; ++i) {
    stored_[i] = input.bytes(stored[i]);
    places_[i] = std::exchange(place, place + shape_.raw[i]);
  }
  if (!input.ok() || !input.at_end()) return false;
  raw_.reset(new char[raw_bytes + Words::kSlack]);
  return need(kFrontColumns) && parse_definitions() && parse_runs() && parse_snapshots();
}

bool DataBlock::unpack(ColumnSet columns) const {
  for (std::size_t i = 0; i < kColumns; ++i) {
    if ((columns >> i & 1) == 0) continue;
    if (!restore_column(stored_[i], {raw_.get() + places_[i], shape_.raw[i]})) return false;
    unpacked_ |= ColumnSet{1} << i;
  }
  return true;
}

bool DataBlock::parse_definitions() {
  base::Input input(column_bytes(Column::streams));
  for (std::uint32_t i = 0; i < shape_.definitions; ++i) {
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

bool DataBlock::parse_runs() {
  base::Input input(column_bytes(Column::runs));
  runs_.resize(shape_.runs + std::size_t{1});
  const std::size_t n = shape_.runs;
  std::uint64_t stream = 0;
  for (std::size_t i = 0; i < n; ++i) {
    stream += input.varint();
    if (stream >= UINT32_MAX) return false;
    runs_[i].stream = static_cast<std::uint32_t>(stream);
  }
  for (std::size_t i = 0; i < n; ++i) runs_[i].first_seq = input.varint();
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t count = input.varint();
    if (count == 0 || count > shape_.rows - runs_[i].row) return false;
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
  return sums(&BlockRun::token, shape_.bytes(Column::token_low)) &&
         sums(&BlockRun::length, shape_.bytes(Column::lengths)) &&
         sums(&BlockRun::text, shape_.bytes(Column::text)) &&
         sums(&BlockRun::number, shape_.bytes(Column::numbers)) &&
         sums(&BlockRun::parts, shape_.bytes(Column::parts)) &&
         sums(&BlockRun::wide, entries(Column::wides, kWideBytes)) &&
         sums(&BlockRun::check, entries(Column::checks, kCheckBytes)) && input.ok() &&
         input.at_end() && sums_fit();
}

std::uint32_t DataBlock::entries(Column column, std::size_t bytes) const noexcept {
  return shape_.bytes(column) / static_cast<std::uint32_t>(bytes);
}

bool DataBlock::parse_snapshots() {
  base::Input input(column_bytes(Column::snapshots));
  for (std::uint32_t i = 0; i < shape_.snapshots; ++i) {
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
  return end.row == shape_.rows && end.token == shape_.bytes(Column::token_low) &&
         end.length == shape_.bytes(Column::lengths) && end.text == shape_.bytes(Column::text) &&
         end.number == shape_.bytes(Column::numbers) && end.parts == shape_.bytes(Column::parts) &&
         end.wide == entries(Column::wides, kWideBytes) &&
         end.check == entries(Column::checks, kCheckBytes);
}

bool take_words(const DataBlock& block, Words& words) {
  return block.need(kWordColumns) &&
         words.add(block.shape().first_word, block.shape().words,
                   block.column_bytes(Column::word_lengths), block.column_bytes(Column::words));
}

std::optional<std::string_view> DataBlock::parts_of_start(std::size_t run) const {
  constexpr ColumnSet kNeeded =
      only(Column::tags) | only(Column::lengths) | only(Column::numbers) | only(Column::parts);
  if (!need(kNeeded)) return std::nullopt;
  const BlockRun &at = runs_[run], &end = runs_[run + 1];
  const auto tag = static_cast<unsigned char>(column(Column::tags)[at.row]);
  if (static_cast<EventType>(tag & kTagTypeMask) != EventType::start || at.length == end.length) {
    return std::nullopt;
  }
  if (static_cast<unsigned char>(column(Column::lengths)[at.length]) > kLenMax) return std::nullopt;
  if ((tag & kTagParts) == 0) return std::string_view();
  base::Input numbers({column(Column::numbers) + at.number, end.number - at.number});
  if ((tag & kTagNumber) != 0) (void)numbers.varint();
  if (const std::uint64_t word = numbers.varint(); word != 0) {
    const auto number = static_cast<std::uint32_t>(word - 1);
    if (word > kWordsMax || !words_->has(number)) return std::nullopt;
    return (*words_)[number];
  }
  const std::uint64_t bytes = numbers.varint();
  if (!numbers.ok() || bytes > end.parts - at.parts) return std::nullopt;
  return std::string_view(column(Column::parts) + at.parts, static_cast<std::size_t>(bytes));
}

std::size_t DataBlock::find_stream(std::uint32_t stream) const noexcept {
  const auto end = runs_.end() - 1;
  const auto found = std::partition_point(runs_.begin(), end,
                                          [&](const BlockRun& run) { return run.stream < stream; });
  return found != end && found->stream == stream ? static_cast<std::size_t>(found - runs_.begin())
                                                 : run_count();
}

}  // namespace reel::segment
