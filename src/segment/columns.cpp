#include "segment/columns.hpp"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>

#include "base/thread_own.hpp"

namespace reel::segment {
namespace {

// Below this a frame is hardly ever smaller than what it holds.
constexpr std::size_t kCompressBytesMin = 32;

struct Decompressor {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

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

std::size_t column_room(std::size_t raw_bytes) noexcept { return ZSTD_compressBound(raw_bytes); }

std::size_t store_column(ZSTD_CCtx_s* context, std::string_view raw, char* to) noexcept {
  if (raw.empty()) return 0;
  if (raw.size() > 1 && all_equal(raw)) {
    *to = raw.front();
    return 1;
  }
  if (context != nullptr && raw.size() >= kCompressBytesMin) {
    const std::size_t packed =
        ZSTD_compress2(context, to, column_room(raw.size()), raw.data(), raw.size());
    if (ZSTD_isError(packed) == 0 && packed > 1 && packed < raw.size()) return packed;
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
  const std::size_t got =
      ZSTD_decompressDCtx(base::thread_own<Decompressor>().context.get(), raw.data(), raw.size(),
                          stored.data(), stored.size());
  return ZSTD_isError(got) == 0 && got == raw.size();
}

}  // namespace reel::segment
