#include "reel/log_linear_histogram.hpp"

#include <cmath>

#include "support/catch.hpp"

using reel::LatencyHistogram;

TEST_CASE("a latency histogram knows a duration to an eighth", "[base]") {
  for (const std::uint64_t us : {0ULL, 1ULL, 15ULL, 16ULL, 17ULL, 1000ULL, 123'456'789ULL}) {
    LatencyHistogram times;
    times.add(us);
    CHECK(times.quantile(0.5) == us);  // never above the longest
    times.add(us * 4 + 64);
    const std::uint64_t median = times.quantile(0.4);
    CHECK(median >= us);
    CHECK(median <= us + us / 8);
  }
}

TEST_CASE("a latency histogram counts below powers of two exactly", "[base]") {
  LatencyHistogram times;
  for (std::uint64_t us = 0; us < 5000; ++us) times.add(us);
  for (const std::uint64_t us : {1ULL, 16ULL, 64ULL, 1024ULL, 4096ULL}) {
    CHECK(times.count_below(us) == us);
  }
  CHECK(times.count_below(8192) == 5000);
  CHECK(times.count() == 5000);
  CHECK(times.sum() == 4999 * 5000 / 2);
  CHECK(times.max() == 4999);
  CHECK(times.quantile(1.0) == 4999);
  CHECK(times.quantile(-1) == 0);
  CHECK(times.quantile(std::nan("")) == 0);
  LatencyHistogram more;
  more.add(10'000);
  times.merge(more);
  CHECK(times.count() == 5001);
  CHECK(times.max() == 10'000);
  CHECK(LatencyHistogram().quantile(0.5) == 0);
}

TEST_CASE("a duration beyond the last bucket counts as the longest", "[base]") {
  LatencyHistogram times;
  times.add(UINT64_MAX);
  CHECK(times.count() == 1);
  CHECK(times.max() == UINT64_MAX);
  CHECK(times.count_below(std::uint64_t{1} << 39) == 0);
}

TEST_CASE("a histogram of all 64 bits has a bucket for each of them", "[base]") {
  reel::LogLinearHistogram<5, 64> counts;
  for (unsigned bit = 0; bit < 64; ++bit) counts.add(std::uint64_t{1} << bit);
  counts.add(UINT64_MAX);
  CHECK(counts.quantile(1.0) == UINT64_MAX);
  CHECK(counts.count_below(std::uint64_t{1} << 63) == 63);
}
