// Streams that hop threads between events come out in order, whole.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "io/file_system.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

// Hands streams from thread to thread, as a coroutine scheduler does.
class Scheduler {
 public:
  void put(std::size_t stream) {
    const std::lock_guard lock(mutex_);
    ready_.push_back(stream);
  }
  bool take(std::mt19937_64& random, std::size_t& stream) {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) return false;
    const std::size_t at = random() % ready_.size();
    stream = ready_[at];
    ready_[at] = ready_.back();
    ready_.pop_back();
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<std::size_t> ready_;
};

}  // namespace

TEST_CASE("streams that hop between threads keep their order", "[log][threads]") {
  constexpr std::size_t kStreams = 500;
  constexpr int kEventsEach = 200;
  constexpr int kThreads = 4;
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  {
    LogOptions options;
    options.arena_bytes = std::size_t{8} << 20;
    options.batch_bytes = 32 << 10;
    auto log = Log::open(path, options);
    INFO(log.status().to_string());
    REQUIRE(log.ok());
    std::vector<Recorder> recorders;
    std::vector<int> recorded(kStreams, 0);
    Scheduler scheduler;
    for (std::size_t i = 0; i < kStreams; ++i) {
      auto recorder = log->recorder("s" + std::to_string(i));
      REQUIRE(recorder.ok());
      recorders.push_back(std::move(*recorder));
      scheduler.put(i);
    }
    std::atomic<int> failures{0};
    const auto work = [&](std::uint64_t seed) {
      std::mt19937_64 random(seed);
      std::size_t stream = 0;
      while (scheduler.take(random, stream)) {
        for (std::uint64_t burst = random() % 3 + 1; burst > 0; --burst) {
          if (recorded[stream] == kEventsEach) break;
          const int index = recorded[stream]++;
          if (recorders[stream].record_token("t" + std::to_string(index), index) != Append::ok) {
            ++failures;
          }
        }
        if (recorded[stream] < kEventsEach) scheduler.put(stream);
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, 40 + static_cast<unsigned>(i));
    for (std::thread& thread : threads) thread.join();
    // A thread may have found nothing ready while others still held streams: finish here.
    for (std::size_t i = 0; i < kStreams; ++i) {
      while (recorded[i] < kEventsEach) {
        const int index = recorded[i]++;
        REQUIRE(recorders[i].record_token("t" + std::to_string(index), index) == Append::ok);
      }
    }
    CHECK(failures == 0);
    recorders.clear();
    const CloseReport report = log->close();
    CHECK(report.status.ok());
    CHECK(report.lost == 0);
  }
  const test::Stored stored = test::read_back(io::posix(), path);
  REQUIRE(stored.size() == kStreams);
  for (const auto& [id, stream] : stored) {
    INFO(id);
    REQUIRE(stream.events.size() == kEventsEach);
    for (int i = 0; i < kEventsEach; ++i) {
      const auto& [seq, event] = stream.events[static_cast<std::size_t>(i)];
      REQUIRE(seq == static_cast<std::uint64_t>(i));
      REQUIRE(std::get<Token>(event.body).value == "t" + std::to_string(i));
    }
  }
}
