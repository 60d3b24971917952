#include "log/block_pool.hpp"

#include <atomic>
#include <semaphore>
#include <thread>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

TEST_CASE("a pool does each piece of work once, and tells when it is over", "[log][threads]") {
  constexpr std::uint64_t kWorks = 500;
  std::atomic<std::uint64_t> told{0};
  std::vector<std::uint64_t> results(kWorks);
  {
    log::BlockPool pool(3, [&] { ++told; });
    CHECK(pool.blocks_max() >= 3);
    for (std::uint64_t i = 0; i < kWorks; ++i) {
      REQUIRE(pool.start([&results, i] { results[i] += i + 1; }) == i);
      if (i % 7 == 0) pool.wait(i);
    }
    for (std::uint64_t i = 0; i < kWorks; ++i) {
      pool.wait(i);
      CHECK(pool.is_over(i));
      CHECK(results[i] == i + 1);
    }
  }
  CHECK(told == kWorks);
}

TEST_CASE("works of a pool end in any order", "[log][threads]") {
  std::binary_semaphore let_go{0};
  {
    log::BlockPool pool(2, [] {});
    const auto held = pool.start([&] { let_go.acquire(); });
    const auto other = pool.start([] {});
    pool.wait(other);
    CHECK_FALSE(pool.is_over(held));
    let_go.release();
    pool.wait(held);
  }
}

TEST_CASE("a log whose blocks are compressed on threads stores the same events", "[log][threads]") {
  const auto threads = GENERATE(1U, 3U);
  const auto segment_bytes = GENERATE(std::uint64_t{60'000}, std::uint64_t{1} << 30);
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  LogOptions options = stepped_options();
  options.writer_thread = true;
  options.compression_threads = threads;
  options.segment_bytes_max = segment_bytes;
  options.sync_interval_ms = 20;
  options.overflow = Overflow::block;
  options.arena_bytes = std::size_t{1} << 20;
  const Core core = opened(fs, clock, options);
  Expected expected;
  constexpr int kRecorders = 3, kEvents = 6000;
  std::vector<std::thread> recorders;
  for (int r = 0; r < kRecorders; ++r) {
    const std::string id = "s" + std::to_string(r);
    auto& lines = expected[id];
    recorders.emplace_back([&core, &lines, id, r] {
      auto stream = core->recorder(id, "l0");
      RandomEvents events(static_cast<std::uint64_t>(r));
      for (int i = 0; i < kEvents; ++i) {
        const Event event = events.event();
        const std::uint64_t seq = (*stream)->next_seq;
        if (record_event(**stream, event) == Append::ok) lines.push_back(describe(seq, event));
        if (i % 2000 == 1000) (void)core->wait_for(writer::Demand::sync, 60'000);
      }
      (*stream)->lane->release_stream(**stream);
    });
  }
  for (std::thread& recorder : recorders) recorder.join();
  REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  CHECK(core->watermarks().written == kRecorders * kEvents);
  check_same(expected, *fs.kill_process());
  CHECK(core->close(60'000).lost == 0);
  CHECK((core->stats().segments_sealed > 1) == (segment_bytes < 100'000));
  check_same(expected, fs);
}
