#include "segment/held_blocks.hpp"

#include <deque>
#include <random>
#include <string>

#include "support/catch.hpp"

using namespace reel;  // NOLINT

TEST_CASE("held blocks are what was pushed, whatever goes at either end", "[segment]") {
  std::mt19937_64 random(20261126);
  segment::HeldBlocks held;
  std::deque<std::string> expected;
  for (int round = 0; round < 3000; ++round) {
    const auto some = static_cast<std::size_t>(random() % (expected.size() + 1));
    switch (random() % 8) {
      case 0:
        held.drop_front(some);
        expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(some));
        break;
      case 1:
        held.drop_back(some);
        expected.resize(expected.size() - some);
        break;
      default: {
        // A few of them larger than the pieces of memory that they are put into.
        const std::size_t bytes = random() % 64 == 0 ? std::size_t{3} << 20 : random() % 300'000;
        expected.emplace_back(bytes, static_cast<char>(random()));
        held.push(expected.back());
      }
    }
    REQUIRE(held.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(held[i] == expected[i]);
  }
}
