#include "segment/columns.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace reel::segment {
namespace {

// Below this a frame is hardly ever smaller than what it holds.
constexpr std::size_t kCompressBytesMin = 32;

bool all_equal(std::string_view bytes) noexcept {
  return std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

bool take_u32(base::Input& input, std::uint32_t& value) noexcept {
  const std::uint64_t taken = input.varint();
  value = static_cast<std::uint32_t>(taken);
  return input.ok() && taken <= UINT32_MAX;
}

bool fits(const BlockShape& shape) noexcept {
  const auto is_a_row_each = [&](Column column) { return shape.bytes(column) == shape.rows; };
  return shape.rows <= kBlockEventsMax && shape.runs <= shape.rows &&
         shape.raw_bytes() <= kBlockRawMax && is_a_row_each(Column::tags) &&
         is_a_row_each(Column::ts0) && is_a_row_each(Column::ts1) && is_a_row_each(Column::ts2) &&
         is_a_row_each(Column::ts3) && shape.bytes(Column::token_low) <= shape.rows &&
         shape.bytes(Column::token_low) == shape.bytes(Column::token_high) &&
         shape.bytes(Column::lengths) <= shape.rows &&
         shape.bytes(Column::wides) % kWideBytes == 0 &&
         shape.bytes(Column::checks) % kCheckBytes == 0 && shape.first_word <= kWordsMax &&
         shape.words <= kWordsMax - shape.first_word;
}

}  // namespace

std::uint64_t BlockShape::raw_bytes() const noexcept {
  return std::accumulate(raw.begin(), raw.end(), std::uint64_t{0});
}

char* put_directory(char* to, const BlockShape& shape, const ColumnSizes& stored) noexcept {
  to = base::put_varint(to, base::zigzag(shape.ts_base_us));
  for (const std::uint32_t count : {shape.rows, shape.runs, shape.definitions, shape.snapshots,
                                    shape.first_word, shape.words}) {
    to = base::put_varint(to, count);
  }
  for (std::size_t i = 0; i < kColumns; ++i) {
    to = base::put_varint(to, shape.raw[i]);
    if (shape.raw[i] != 0) to = base::put_varint(to, stored[i]);
  }
  return to;
}

bool take_directory(base::Input& input, BlockShape& shape, ColumnSizes& stored) noexcept {
  shape.ts_base_us = input.signed_varint();
  for (std::uint32_t* count : {&shape.rows, &shape.runs, &shape.definitions, &shape.snapshots,
                               &shape.first_word, &shape.words}) {
    if (!take_u32(input, *count)) return false;
  }
  for (std::size_t i = 0; i < kColumns; ++i) {
    stored[i] = 0;
    if (!take_u32(input, shape.raw[i])) return false;
    if (shape.raw[i] == 0) continue;
    if (!take_u32(input, stored[i]) || stored[i] == 0 || stored[i] > shape.raw[i]) return false;
  }
  return fits(shape);
}

std::size_t store_column(Compressor& compressor, std::string_view raw, char* to) noexcept {
  if (raw.empty()) return 0;
  if (raw.size() > 1 && all_equal(raw)) {
    *to = raw.front();
    return 1;
  }
  if (raw.size() >= kCompressBytesMin) {
    if (const std::size_t packed = compressor.compress(raw, to); packed > 1) return packed;
  }
  std::memcpy(to, raw.data(), raw.size());
  return raw.size();
}

bool restore_column(std::string_view stored, std::span<char> raw) {
  if (stored.size() == raw.size()) {
    std::copy(stored.begin(), stored.end(), raw.begin());
    return true;
  }
  if (stored.size() == 1) {
    std::fill(raw.begin(), raw.end(), stored.front());
    return true;
  }
  return decompress(stored, raw);
}

}  // namespace reel::segment
