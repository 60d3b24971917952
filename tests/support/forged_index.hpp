// Makes the checksums of a changed index right again: what only an attacker does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "segment/index_format.hpp"

namespace reel::test {

// Of front, lookup and pages, where their sizes and places still are within the index.
inline void reseal_index(std::string& index) {
  using namespace segment;
  if (index.size() < sizeof(IndexHeader)) return;
  auto header = base::load<IndexHeader>(index.data());
  const std::uint64_t pages_at = sizeof header + std::uint64_t{header.blocks} * sizeof(BlockEntry) +
                                 std::uint64_t{header.snapshots} * sizeof(SnapshotEntry);
  const std::uint64_t front = pages_at + std::uint64_t{header.pages} * sizeof(PageEntry);
  const std::uint64_t buckets = (std::uint64_t{1} << std::min<int>(header.bucket_bits, 40)) + 1;
  const std::uint64_t lookup =
      buckets * 4 + std::uint64_t{header.streams} * (2U + header.number_bytes);
  if (front > index.size() || lookup > index.size() - front) return;
  const std::string_view pages = std::string_view(index).substr(front + lookup);
  const auto entry = [&](std::uint32_t i) {
    return base::load<PageEntry>(index.data() + pages_at + i * sizeof(PageEntry));
  };
  for (std::uint32_t i = 0; i < header.pages; ++i) {
    PageEntry changed = entry(i);
    const std::size_t end = i + 1 < header.pages ? entry(i + 1).offset : header.page_bytes;
    if (changed.offset > end || end > pages.size()) continue;
    changed.checksum = checksum(pages.substr(changed.offset, end - changed.offset));
    base::store(index.data() + pages_at + i * sizeof(PageEntry), changed);
  }
  header.lookup_checksum = checksum(std::string_view(index).substr(front, lookup));
  base::store(index.data(), header);
  constexpr std::size_t kFrom = sizeof header.front_checksum;
  header.front_checksum = checksum(std::string_view(index).substr(kFrom, front - kFrom));
  base::store(index.data(), header);
}

}  // namespace reel::test
