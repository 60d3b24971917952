#include "segment/lineage.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace reel::segment {

void Lineage::add(std::span<const LineageEntry> entries) {
  entries_.insert(entries_.end(), entries.begin(), entries.end());
  ends_.push_back(entries_.size());
}

std::span<const LineageEntry> Lineage::entries(std::uint32_t stream) const noexcept {
  const std::size_t begin = stream == 0 ? 0 : ends_[stream - 1];
  return std::span(entries_).subspan(begin, ends_[stream] - begin);
}

std::uint64_t Lineage::next_seq(std::uint32_t stream, std::uint64_t number) const noexcept {
  std::uint64_t seq = 0;
  for (const LineageEntry& entry : entries(stream)) {
    if (entry.number <= number) seq = entry.next_seq;
  }
  return seq;
}

// Seqs are told as what is left to the stream's last one: nearly always 0.
std::string Lineage::encode() const {
  std::vector<std::uint64_t> numbers;
  for (const LineageEntry& entry : entries_) numbers.push_back(entry.number);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::string out;
  base::append_varint(out, numbers.size());
  std::uint64_t before = 0;
  for (const std::uint64_t number : numbers) {
    base::append_varint(out, number - std::exchange(before, number));
  }
  std::uint64_t first = 0;  // place of the first number of the stream before
  for (std::uint32_t stream = 0; stream < streams(); ++stream) {
    const auto list = entries(stream);
    base::append_varint(out, list.size());
    if (list.empty()) continue;
    base::append_varint(out, list.back().next_seq);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto found = std::lower_bound(numbers.begin(), numbers.end(), list[i].number);
      const auto place = static_cast<std::uint64_t>(found - numbers.begin());
      base::append_varint(
          out, i == 0 ? base::zigzag(static_cast<std::int64_t>(place - std::exchange(first, place)))
                      : place - last - 1);
      base::append_varint(out, list.back().next_seq - list[i].next_seq);
      last = place;
    }
  }
  return out;
}

std::optional<Lineage> Lineage::parse(std::string_view payload, std::uint32_t streams) {
  base::Input in(payload);
  std::vector<std::uint64_t> numbers;
  const std::uint64_t count = in.varint();
  if (count > in.left()) return std::nullopt;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t step = in.varint();
    if (step == 0) return std::nullopt;
    numbers.push_back((numbers.empty() ? 0 : numbers.back()) + step);
  }
  Lineage lineage;
  std::vector<LineageEntry> list;
  std::uint64_t first = 0;
  for (std::uint32_t stream = 0; stream < streams; ++stream) {
    const std::uint64_t entries = in.varint();
    if (!in.ok() || entries > numbers.size()) return std::nullopt;
    list.clear();
    const std::uint64_t end = entries != 0 ? in.varint() : 0;
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::uint64_t step = in.varint();
      if (i > 0 && step >= numbers.size()) return std::nullopt;
      at = i == 0 ? first + static_cast<std::uint64_t>(base::unzigzag(step)) : at + step + 1;
      if (i == 0) first = at;
      const std::uint64_t left = in.varint();
      if (!in.ok() || at >= numbers.size() || left > end) return std::nullopt;
      if (!list.empty() && end - left < list.back().next_seq) return std::nullopt;
      list.push_back({numbers[static_cast<std::size_t>(at)], end - left});
    }
    lineage.add(list);
  }
  return in.ok() && in.at_end() ? std::optional(std::move(lineage)) : std::nullopt;
}

}  // namespace reel::segment
