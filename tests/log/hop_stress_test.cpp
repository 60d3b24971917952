// Thousands of streams on a few threads, each step of a stream on whichever thread is free, as
// coroutines on a pool do; and an arena so small that its chunks come round all the time. Recorders
// are opened, closed and opened again on the way, each time on another thread.
#include <atomic>
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

struct Scale {
  std::size_t streams;
  int events;  // of each stream
  std::size_t threads;
};

struct Task {
  std::string id;
  Recorder recorder;
  int recorded = 0;
};

class Pool {
 public:
  Pool(Log& log, const Scale& scale) : log_(log), scale_(scale), tasks_(scale.streams) {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      tasks_[i].id = "task-" + std::to_string(i);
      ready_.push_back(i);
    }
  }

  void work(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::size_t task = 0;
    while (finished_ < tasks_.size() && failures_ == 0) {
      if (!take(task)) {
        std::this_thread::yield();
        continue;
      }
      step(tasks_[task], random);
      if (tasks_[task].recorded == scale_.events) {
        tasks_[task].recorder.close();
        ++finished_;
      } else {
        put(task, random);
      }
    }
  }
  int failures() const { return failures_; }

 private:
  // The hand-over between threads that a Recorder asks for is this lock.
  bool take(std::size_t& task) {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) return false;
    task = ready_.front();
    ready_.pop_front();
    return true;
  }
  void put(std::size_t task, std::mt19937_64& random) {
    const std::lock_guard lock(mutex_);
    // Some go on at once on the next thread that comes, others when all others had a turn.
    if (random() % 4 == 0) return ready_.push_front(task);
    ready_.push_back(task);
  }

  void step(Task& task, std::mt19937_64& random) {
    if (!task.recorder.valid()) {
      auto opened = log_.recorder(task.id);
      if (!opened) {
        ++failures_;
        return;
      }
      task.recorder = std::move(*opened);
    }
    for (std::uint64_t burst = random() % 4 + 1; burst > 0 && task.recorded < scale_.events;) {
      const int index = task.recorded;
      if (record(task.recorder, index) != Append::ok) {
        ++failures_;
        return;
      }
      ++task.recorded;
      --burst;
    }
    if (random() % 50 == 0) task.recorder.close();
  }

 public:
  static std::string text_of(int index) {
    std::string text = "t" + std::to_string(index);
    if (index % 37 == 0) text.resize(300, '.');
    return text;
  }

 private:
  static Append record(Recorder& recorder, int index) {
    if (index % 16 == 15) return recorder.record_checkpoint(text_of(index), index);
    return recorder.record_token(text_of(index), index);
  }

  Log& log_;
  const Scale scale_;
  std::vector<Task> tasks_;
  std::mutex mutex_;
  std::deque<std::size_t> ready_;
  std::atomic<std::size_t> finished_{0};
  std::atomic<int> failures_{0};
};

void check(const test::Stored& stored, const Scale& scale) {
  REQUIRE(stored.size() == scale.streams);
  std::size_t wrong = 0;
  for (const auto& [id, stream] : stored) {
    INFO(id);
    REQUIRE(stream.events.size() == static_cast<std::size_t>(scale.events));
    for (int i = 0; i < scale.events; ++i) {
      const auto& [seq, event] = stream.events[static_cast<std::size_t>(i)];
      const auto* token = std::get_if<Token>(&event.body);
      const auto* checkpoint = std::get_if<Checkpoint>(&event.body);
      const std::string text = token != nullptr        ? token->value
                               : checkpoint != nullptr ? checkpoint->content
                                                       : std::string();
      if (seq != static_cast<std::uint64_t>(i) || text != Pool::text_of(i)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

void hop(const Scale& scale) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  {
    LogOptions options;
    options.arena_bytes = std::size_t{2} << 20;
    options.batch_bytes = 64 << 10;
    options.segment_bytes_max = 1 << 20;
    options.block_deadline_ms = 60'000;  // a slow machine is no failure
    auto log = Log::open(path, options);
    INFO(log.status().to_string());
    REQUIRE(log.ok());
    Pool pool(*log, scale);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < scale.threads; ++i) {
      threads.emplace_back([&pool, i] { pool.work(1 + i); });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(pool.failures() == 0);
    const CloseReport report = log->close(60'000);
    CHECK(report.status.ok());
    CHECK(report.lost == 0);
    CHECK(log->stats().events_written == scale.streams * static_cast<std::size_t>(scale.events));
  }
  check(test::read_back(io::posix(), path), scale);
}

}  // namespace

TEST_CASE("thousands of streams that hop threads come out whole and in order", "[log][threads]") {
  hop({2000, 40, 4});
}

TEST_CASE("many more streams that hop threads come out whole and in order",
          "[.long][log][threads]") {
  hop({10'000, 64, 8});
}
