#include "segment/row_sort.hpp"

#include <algorithm>

namespace reel::segment {
namespace {

bool in_order(const Row& a, const Row& b) noexcept {
  return a.stream < b.stream || (a.stream == b.stream && a.seq < b.seq);
}

bool ascending(std::span<const Row> rows) noexcept {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!in_order(rows[i - 1], rows[i])) return false;
  }
  return true;
}

}  // namespace

bool RowSort::count(std::span<const Row> rows, std::uint32_t streams) {
  places_.resize(std::max<std::size_t>(places_.size(), streams));
  present_.clear();
  bool known = true;
  for (const Row& row : rows) {
    if (row.stream >= streams) {
      known = false;
      break;
    }
    if (places_[row.stream]++ == 0) present_.push_back(row.stream);
  }
  return known;
}

void RowSort::scatter(std::span<Row> rows) {
  std::sort(present_.begin(), present_.end());
  std::uint32_t at = 0;
  for (const std::uint32_t stream : present_) {
    const std::uint32_t count = places_[stream];
    places_[stream] = at;
    at += count;
  }
  sorted_.resize(rows.size());
  for (const Row& row : rows) sorted_[places_[row.stream]++] = row;
  std::copy(sorted_.begin(), sorted_.end(), rows.begin());
}

bool RowSort::sort(std::span<Row> rows, std::uint32_t streams) {
  if (ascending(rows)) return rows.empty() || rows.back().stream < streams;
  const bool known = count(rows, streams);
  if (known) scatter(rows);
  for (const std::uint32_t stream : present_) places_[stream] = 0;
  if (!known) return false;
  if (ascending(rows)) return true;
  // Rare: a stream's rows came out of order.
  std::sort(rows.begin(), rows.end(), in_order);
  return ascending(rows);
}

}  // namespace reel::segment
