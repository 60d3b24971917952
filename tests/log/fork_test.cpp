// fork() with a Log open: parent and children record, each in a lane of its own.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "io/file_system.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "support/catch.hpp"
#include "support/read_back.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

constexpr int kEvents = 1000;

LogOptions small() {
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  return options;
}

int record(Recorder& recorder, int events) {
  int recorded = 0;
  for (int i = 0; i < events; ++i) recorded += recorder.record_token("token", i) == Append::ok;
  return recorded;
}

// In a child: what went wrong, as its exit code; 0: nothing.
int record_a_stream(Log& log, const std::string& id) {
  auto recorder = log.recorder(id);
  if (!recorder) return 1;
  if (record(*recorder, kEvents) != kEvents) return 2;
  return log.watermarks().recorded == kEvents ? 0 : 3;
}

// Runs `body` in a child; its answer is the exit code.
template <class Body>
pid_t fork_to(Body body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    ::_exit(body());
  } catch (const std::exception& error) {  // never back into the tests
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(99);
  }
}

int end_of(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::uint64_t events_of(const test::Stored& stored, const std::string& id) {
  const auto found = stored.find(id);
  if (found == stored.end()) return 0;
  const auto& events = found->second.events;
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].first == i);
  return events.size();
}

}  // namespace

TEST_CASE("a server that forks its workers: all record, however they end", "[log][fork]") {
  REEL_SKIP_UNDER_SANITIZERS();
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  std::optional<Log> log = Log::open(path, small()).value();
  Recorder before = log->recorder("before").value();
  REQUIRE(record(before, 10) == 10);

  std::vector<pid_t> workers;
  for (int w = 0; w < 4; ++w) {
    workers.push_back(fork_to([&] {
      if (before.record_token("child", 0) != Append::forked) return 10;
      if (log->recorder("before").error().code != ErrorCode::busy) return 11;
      const int failed = record_a_stream(*log, "worker-" + std::to_string(w));
      if (failed != 0) return failed;
      if (w == 0) return log->close().status.ok() ? 0 : 12;
      if (w == 1) log.reset();
      if (w == 2) ::raise(SIGKILL);
      return 0;  // by _exit, with the Log open
    }));
  }
  CHECK(record(before, kEvents) == kEvents);
  for (int w = 0; w < 4; ++w) {
    CHECK(end_of(workers[static_cast<std::size_t>(w)]) == (w == 2 ? 128 + SIGKILL : 0));
  }
  CHECK(log->shared());  // nobody has looked who of them is still there
  const auto check = [&] {
    const auto stored = test::read_back(io::posix(), path);
    CHECK(events_of(stored, "before") == 10 + kEvents);
    for (int w = 0; w < 4; ++w) CHECK(events_of(stored, "worker-" + std::to_string(w)) == kEvents);
    CHECK(stored.size() == 5);
  };
  check();
  before.close();
  CHECK(log->close().lost == 0);
  check();
  const Log again = Log::open(path, small()).value();
  CHECK(again.recovery().notes.empty());
  check();
  CHECK(verify(path)->ok);
}

TEST_CASE("a child's child, and a child that outlives its parent, record too", "[log][fork]") {
  REEL_SKIP_UNDER_SANITIZERS();
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t parent = fork_to([&] {
    Log log = Log::open(path, small()).value();
    Recorder recorder = log.recorder("parent").value();
    if (record(recorder, kEvents) != kEvents) return 20;
    const pid_t child = fork_to([&] {
      if (const int failed = record_a_stream(log, "child"); failed != 0) return failed;
      const pid_t grandchild = fork_to([&] { return record_a_stream(log, "grandchild"); });
      ::usleep(100'000);  // the parent is gone by then
      Recorder later = log.recorder("later").value();
      if (record(later, kEvents) != kEvents) return 21;
      int status = 0;
      if (::waitpid(grandchild, &status, 0) != grandchild || status != 0) return 22;
      return log.close().status.ok() ? 0 : 23;
    });
    return child > 0 ? 0 : 24;
  });
  CHECK(end_of(parent) == 0);
  ::close(ends[1]);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 0);  // until the last of them has ended
  ::close(ends[0]);
  const auto stored = test::read_back(io::posix(), path);
  for (const char* id : {"parent", "child", "grandchild", "later"}) {
    INFO(id);
    CHECK(events_of(stored, id) == kEvents);
  }
  CHECK(Log::open(path, small())->close().status.ok());
  CHECK(test::read_back(io::posix(), path).size() == 4);
}

TEST_CASE("a child that only exits leaves its parent's Log as it is", "[log][fork]") {
  REEL_SKIP_UNDER_SANITIZERS();
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  Log log = Log::open(path, small()).value();
  Recorder recorder = log.recorder("s").value();
  REQUIRE(record(recorder, kEvents) == kEvents);
  // By now the writer waits on its condition variable, whose copy in the child nobody serves.
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const pid_t child = fork_to([&] {
    if (!log.flush().ok() || !log.sync().ok()) return 1;  // nothing of its own to wait for
    const CloseReport report = log.close();
    { const Log gone = std::move(log); }  // must neither hang nor touch the parent's files
    return report.status.ok() && report.lost == 0 ? 0 : 2;
  });
  CHECK(end_of(child) == 0);
  CHECK(io::posix().list(path + "/lanes")->size() == 1);
  CHECK(record(recorder, kEvents) == kEvents);
  CHECK(log.sync().ok());
  CHECK(events_of(test::read_back(io::posix(), path), "s") == 2 * kEvents);
}

namespace {

// What several processes were told `ok` for, in memory that they share and that outlives them.
struct Acknowledged {
  static constexpr int kProcesses = 3;
  std::atomic<std::uint64_t> events[kProcesses];
  std::atomic<std::uint64_t> takeovers;  // Recorders that went on where another process had left
};

// Opens whichever stream is free, records a little, closes it; the same again; and is killed at
// some moment. Each event says whose it is and which.
[[noreturn]] void record_until_killed(const std::string& path, int process, unsigned seed,
                                      Acknowledged& acknowledged) {
  std::mt19937 random(seed);
  auto opened = Log::open(path, small());
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.status().to_string().c_str());
    ::_exit(3);  // never back into the tests
  }
  Log log = *std::move(opened);
  std::set<std::string> known;
  const auto turns = 20 + random() % 60;
  for (unsigned turn = 0;; ++turn) {
    const std::string id = "s" + std::to_string(random() % 4);
    auto recorder = log.recorder(id);
    if (!recorder) {
      if (recorder.error().code != ErrorCode::busy) ::_exit(1);
      continue;
    }
    if (recorder->next_seq() > 0 && known.insert(id).second) ++acknowledged.takeovers;
    for (auto left = random() % 50; left > 0; --left) {
      auto& mine = acknowledged.events[process];
      const std::uint64_t number = mine.load();
      const std::string text = std::to_string(process) + ":" + std::to_string(number);
      if (recorder->record_token(text, 0) != Append::ok) ::_exit(2);
      mine.store(number + 1);
      if (turn >= turns && random() % 8 == 0) ::raise(SIGKILL);
    }
  }
}

}  // namespace

TEST_CASE("processes hand streams to each other and are killed: each event is there once",
          "[log][fork][lanes]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  void* const memory = ::mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  auto& acknowledged = *new (memory) Acknowledged{};
  constexpr int kLives = 5;
  std::vector<pid_t> running;
  for (int life = 0; life < kLives; ++life) {
    for (int p = 0; p < Acknowledged::kProcesses; ++p) {
      const auto seed = static_cast<unsigned>(life * 100 + p + 1);
      running.push_back(::fork());
      if (running.back() == 0) record_until_killed(path, p, seed, acknowledged);
    }
    for (const pid_t child : running) CHECK(end_of(child) == 128 + SIGKILL);
    running.clear();
  }
  CHECK(acknowledged.takeovers > 0);
  const Log log = Log::open(path, small()).value();  // recovers the lanes
  std::map<int, std::set<std::uint64_t>> found;
  std::uint64_t events = 0;
  for (const auto& [id, stream] : test::read_back(io::posix(), path)) {
    events += events_of({{id, stream}}, id);
    for (const auto& [seq, event] : stream.events) {
      const std::string& text = std::get<Token>(event.body).value;
      CHECK(found[text[0] - '0'].insert(std::stoull(text.substr(2))).second);
    }
  }
  std::uint64_t told = 0;
  for (int p = 0; p < Acknowledged::kProcesses; ++p) {
    const std::uint64_t count = acknowledged.events[p];
    told += count;
    // One more may have been recorded without its process living to say so, once a life.
    CHECK(found[p].size() >= count);
    for (std::uint64_t i = 0; i < count; ++i) CHECK(found[p].contains(i));
  }
  CHECK(told > 1000);
  CHECK(events <= told + kLives * Acknowledged::kProcesses);
  ::munmap(memory, sizeof(Acknowledged));
}
