// Upkeep with all of its threads: recorders, the writer, upkeep, a reader and a follower at once.
#include <atomic>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include "reel/follower.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "reel/replay.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

constexpr int kThreads = 2, kStreams = 40, kTokens = 300;

// On a thread of its own, where Catch's macros may not be used. False: something was refused.
bool record_streams(Log& log, int thread) {
  for (int n = 0; n < kStreams; ++n) {
    auto recorder = log.recorder("t" + std::to_string(thread) + "-" + std::to_string(n));
    if (!recorder) return false;
    for (int i = 0; i < kTokens; ++i) {
      const std::string text = "token " + std::to_string(i * n);
      if (recorder->record_token(text, i) != Append::ok) return false;
    }
  }
  return true;
}

// Every event that it gives comes once, in order.
struct Followed {
  std::map<std::string, std::uint64_t> next;
  void poll(Follower& follower) {
    REQUIRE(follower.poll().ok());
    while (follower.next()) {
      const EnvelopeView& view = follower.view();
      REQUIRE(view.seq == next[std::string(view.stream_id)]++);
    }
  }
};

}  // namespace

TEST_CASE("a log is compacted while threads record, and readers look on",
          "[log][upkeep][threads]") {
  const test::TempDir dir;
  LogOptions options;
  options.segment_bytes_max = 16 << 10;
  options.batch_bytes = 4096;
  options.sync_interval_ms = 10;
  options.upkeep.compact = true;
  options.upkeep.segments_min = 2;
  options.upkeep.interval_ms = 5;
  options.upkeep.core_share_max = 1;
  std::atomic<int> told{0};
  options.on_seal = [&](const SealedSegment&) { told.fetch_add(1); };
  auto log = Log::open(dir.file("s"), options);
  REQUIRE(log.ok());
  auto follower = Follower::from_start(dir.file("s"));
  REQUIRE(follower.ok());
  Followed followed;
  std::vector<std::thread> threads;
  std::atomic<int> ended{0}, failed{0};
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      if (!record_streams(*log, i)) failed.fetch_add(1);
      ended.fetch_add(1);
    });
  }
  auto reader = Reader::open(dir.file("s"));
  REQUIRE(reader.ok());
  while (ended.load() < kThreads || log->stats().upkeep.runs < 2) {
    followed.poll(*follower);
    REQUIRE(reader->refresh().ok());
    REQUIRE(log->sync().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    // Something to be merged, however soon the threads were done.
    auto more = log->recorder("more");
    REQUIRE(more.ok());
    for (int i = 0; i < 500; ++i) REQUIRE(more->record_token("more and more", i) == Append::ok);
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(failed.load() == 0);
  const LogStats stats = log->stats();
  CHECK(stats.upkeep.last_error.empty());
  REQUIRE(log->close().status.ok());
  CHECK(told.load() > 2);
  followed.poll(*follower);
  REQUIRE(reader->refresh().ok());
  CHECK(reader->damage().empty());
  for (int i = 0; i < kThreads; ++i) {
    for (int n = 0; n < kStreams; ++n) {
      const std::string id = "t" + std::to_string(i) + "-" + std::to_string(n);
      INFO(id);
      CHECK(followed.next[id] == kTokens);
      const auto state = replay_to_state(*reader, id);
      REQUIRE(state.ok());
      CHECK(state->token_count == kTokens);
    }
  }
  CHECK(verify(dir.file("s"))->damage.empty());
}

}  // namespace reel
