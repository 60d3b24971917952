#include "io/large_memory.hpp"

#include <cstdint>
#include <numeric>

#include "support/catch.hpp"

using namespace reel;  // NOLINT

TEST_CASE("memory of any size can be written to its end, and given back", "[io]") {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, io::kLargeBytes - 1,
                                  io::kLargeBytes, 3 * io::kLargeBytes + 5}) {
    io::LargeBuffer buffer(bytes);
    REQUIRE(buffer.size() == bytes);
    buffer.data()[0] = 'a';
    buffer.data()[bytes - 1] = 'z';
    io::LargeBuffer moved = std::move(buffer);
    CHECK(buffer.size() == 0);  // NOLINT: said so
    CHECK(moved.data()[bytes - 1] == 'z');
  }
}

TEST_CASE("a vector grows from small memory into large", "[io]") {
  io::LargeVector<std::uint64_t> values;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) values.push_back(i);
  CHECK(std::accumulate(values.begin(), values.end(), std::uint64_t{0}) == 499'999'500'000);
  values.resize(10);
  values.shrink_to_fit();
  CHECK(values.back() == 9);
}
