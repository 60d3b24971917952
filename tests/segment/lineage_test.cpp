#include "segment/lineage.hpp"

#include <random>

#include "support/catch.hpp"

namespace reel::segment {
namespace {

Lineage random_lineage(std::mt19937_64& random, std::uint32_t streams) {
  Lineage lineage;
  for (std::uint32_t stream = 0; stream < streams; ++stream) {
    std::vector<LineageEntry> entries;
    std::uint64_t number = random() % 5, seq = 0;
    for (std::uint64_t i = random() % 4; i > 0; --i) {
      number += 1 + random() % 100;
      seq += random() % 1000;
      entries.push_back({number, seq});
    }
    lineage.add(entries);
  }
  return lineage;
}

bool same(const Lineage& a, const Lineage& b) {
  if (a.streams() != b.streams()) return false;
  for (std::uint32_t stream = 0; stream < a.streams(); ++stream) {
    const auto left = a.entries(stream), right = b.entries(stream);
    const auto equal = [](const LineageEntry& x, const LineageEntry& y) {
      return x.number == y.number && x.next_seq == y.next_seq;
    };
    if (!std::equal(left.begin(), left.end(), right.begin(), right.end(), equal)) return false;
  }
  return true;
}

TEST_CASE("a lineage comes back as it was", "[segment]") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    const auto streams = static_cast<std::uint32_t>(random() % 20);
    const Lineage lineage = random_lineage(random, streams);
    const auto parsed = Lineage::parse(lineage.encode(), streams);
    REQUIRE(parsed);
    CHECK(same(*parsed, lineage));
    CHECK_FALSE(Lineage::parse(lineage.encode(), streams + 1));
    CHECK_FALSE(Lineage::parse(lineage.encode() + '\0', streams));
  }
}

TEST_CASE("a lineage says how far segments up to a number went", "[segment]") {
  Lineage lineage;
  lineage.add(std::vector<LineageEntry>{{3, 10}, {5, 10}, {9, 42}});
  lineage.add({});
  CHECK(lineage.next_seq(0, 2) == 0);
  CHECK(lineage.next_seq(0, 3) == 10);
  CHECK(lineage.next_seq(0, 8) == 10);
  CHECK(lineage.next_seq(0, 9) == 42);
  CHECK(lineage.next_seq(0, UINT64_MAX) == 42);
  CHECK(lineage.next_seq(1, UINT64_MAX) == 0);
}

TEST_CASE("bytes that are no lineage are refused, or read as another one", "[segment]") {
  std::mt19937_64 random(6);
  const std::string whole = random_lineage(random, 12).encode();
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    CHECK_FALSE(Lineage::parse(whole.substr(0, cut), 12));
  }
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string forged = whole;
    forged[random() % forged.size()] = static_cast<char>(random());
    const auto parsed = Lineage::parse(forged, 12);
    refused += parsed ? 0 : 1;
    for (std::uint32_t stream = 0; parsed && stream < 12; ++stream) {
      std::uint64_t number = 0, seq = 0;
      for (const LineageEntry& entry : parsed->entries(stream)) {
        CHECK(entry.number > number);
        CHECK(entry.next_seq >= seq);
        number = entry.number;
        seq = entry.next_seq;
      }
    }
  }
  CHECK(refused > 1000);
}

}  // namespace
}  // namespace reel::segment
