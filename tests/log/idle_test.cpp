// A writer with nothing to do sleeps for long, and is up again in time.
#include <sys/resource.h>

#include <chrono>
#include <thread>

#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

using Steady = std::chrono::steady_clock;

long waits_of_this_process() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw;
}

template <class Work>
Steady::duration time_of(Work work) {
  const auto from = Steady::now();
  work();
  return Steady::now() - from;
}

}  // namespace

TEST_CASE("an idle log wakes up ten times a second, whatever is open", "[log][threads]") {
  const test::TempDir dir;
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.batch_bytes = 64 << 10;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  std::vector<Recorder> open;
  for (int i = 0; i < 1000; ++i) open.push_back(*log->recorder("s" + std::to_string(i)));
  for (Recorder& recorder : open) REQUIRE(recorder.record_token("x", 0) == Append::ok);
  REQUIRE(log->sync().ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const long before = waits_of_this_process();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  // 20 of the writer's, and some of others; without a doze it were 100.
  CHECK(waits_of_this_process() - before <= 60);

  // Up at once when somebody waits, and when a chunk is full. A doze of 100 ms begins some 40 ms
  // after the last work, and would go on for long after the 65 ms here.
  const auto doze = [&] {
    REQUIRE(log->sync().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(65));
  };
  int flushed = 0, noticed = 0;
  for (int i = 0; i < 10; ++i) {
    doze();
    REQUIRE(open[0].record_token("y", 1) == Append::ok);
    flushed += time_of([&] { REQUIRE(log->flush().ok()); }) < std::chrono::milliseconds(30);
    doze();
    const std::uint64_t written = log->watermarks().written;
    for (int t = 0; t < 10'000; ++t) {  // some chunks, and more than a block
      REQUIRE(open[1].record_token("0123456789", t) == Append::ok);
    }
    noticed += time_of([&] {
                 while (log->watermarks().written == written) std::this_thread::yield();
               }) < std::chrono::milliseconds(30);
  }
  CHECK(flushed >= 7);
  CHECK(noticed >= 7);
}
