// The public Log: opening, recording, continuing, refusing.
#include "reel/log.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "io/file_system.hpp"
#include "support/catch.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

LogOptions small() {
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.open_streams_max = 1000;
  return options;
}

Log open_log(const std::string& path, LogOptions options = small()) {
  auto log = Log::open(path, std::move(options));
  INFO(log.status().to_string());
  REQUIRE(log.ok());
  return std::move(*log);
}

Recorder recorder_of(Log& log, std::string_view id) {
  auto recorder = log.recorder(id);
  INFO(recorder.status().to_string());
  REQUIRE(recorder.ok());
  return std::move(*recorder);
}

}  // namespace

TEST_CASE("all ten types are recorded with rising stamps", "[log]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  Log log = open_log(path);
  Recorder r = recorder_of(log, "all");
  CHECK(r.record_start(R"({ "model" : "m", "n": 1.10 })") == Append::ok);
  CHECK(r.record_token("Hello", 0) == Append::ok);
  CHECK(r.record_checkpoint("Hello", 1) == Append::ok);
  CHECK(r.record_guardrail({R"({"violations":[]})", 1, "content"}) == Append::ok);
  CHECK(r.record_drift({R"({"detected":false})", {}}) == Append::ok);
  CHECK(r.record_retry({"network_error", 1, false, "1000"}) == Append::ok);
  CHECK(r.record_fallback({1, 0, "why"}) == Append::ok);
  CHECK(r.record_continuation("Hello", 1) == Append::ok);
  CHECK(r.record_complete("Hello", 1) == Append::ok);
  CHECK(r.record_error({R"({"name":"E","message":"m"})", {}, {}, {}}) == Append::ok);
  CHECK(r.next_seq() == 10);
  CHECK(r.record_start("{broken") == Append::invalid);
  CHECK(r.record_start("[1]") == Append::invalid);
  CHECK(r.record_token("x", 1, std::numeric_limits<double>::infinity()) == Append::invalid);
  CHECK(r.next_seq() == 10);
  CHECK(r.stream_id() == "all");
  r.close();
  CHECK(r.record_token("late", 1) == Append::closed);
  const CloseReport report = log.close();
  CHECK(report.status.ok());
  CHECK(report.lost == 0);

  const auto stored = test::read_back(io::posix(), path);
  const auto& events = stored.at("all").events;
  REQUIRE(events.size() == 10);
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(static_cast<std::size_t>(events[i].second.type()) == i + 1);
    if (i > 0) CHECK(events[i].second.ts_ms >= events[i - 1].second.ts_ms);
  }
  CHECK(std::get<Start>(events[0].second.body).options == R"({"model":"m","n":1.10})");
}

TEST_CASE("a stream is continued at its next seq, whoever closed it", "[log]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  for (std::uint64_t life = 0; life < 3; ++life) {
    Log log = open_log(path);
    CHECK(log.recovery().clean);
    for (std::uint64_t turn = 0; turn < 3; ++turn) {
      Recorder r = recorder_of(log, "s");
      CHECK(r.next_seq() == life * 6 + turn * 2);
      CHECK(r.record_token("a", 0) == Append::ok);
      if (turn == 1) REQUIRE(log.flush().ok());
      CHECK(r.record_token("b", 1) == Append::ok);
      auto second = log.recorder("s");
      REQUIRE_FALSE(second.ok());
      CHECK(second.error().code == ErrorCode::busy);
    }
  }
  CHECK(test::read_back(io::posix(), path).at("s").events.size() == 18);
}

TEST_CASE("watermarks: durable <= written <= recorded, flush and sync wait", "[log]") {
  const test::TempDir dir;
  Log log = open_log(dir.path() + "/store");
  Recorder r = recorder_of(log, "s");
  for (int i = 0; i < 1000; ++i) REQUIRE(r.record_token("tok", i) == Append::ok);
  CHECK(log.watermarks().recorded == 1000);
  REQUIRE(log.flush().ok());
  CHECK(log.watermarks().written == 1000);
  REQUIRE(log.sync().ok());
  CHECK(log.watermarks().durable == 1000);
}

TEST_CASE("ids: any UTF-8 of 1 to 4096 bytes, long ones too", "[log]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  const std::vector<std::string> good = {
      "../../x",  std::string("nul\0inside", 10), " ",
      "\x1b[31m", std::string(161, 'a'),          std::string(4096, 'b'),
      "ü€😀"};
  {
    Log log = open_log(path);
    for (const std::string& id : good) {
      Recorder r = recorder_of(log, id);
      CHECK(r.stream_id() == id);
      CHECK(r.record_token("x", 0) == Append::ok);
    }
    for (const std::string& id :
         {std::string(4097, 'c'), std::string("\xff"), std::string("\xed\xa0\x80")}) {
      auto refused = log.recorder(id);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == ErrorCode::invalid_argument);
    }
    CHECK(recorder_of(log, "").stream_id().size() == 36);
  }
  const auto stored = test::read_back(io::posix(), path);
  CHECK(stored.size() == good.size());
  for (const std::string& id : good) CHECK(stored.contains(id));
}

TEST_CASE("places that are no store are refused with words", "[log]") {
  const test::TempDir dir;
  std::ofstream(dir.path() + "/file") << "hello";
  std::filesystem::create_directory(dir.path() + "/folder");
  std::ofstream(dir.path() + "/folder/notes.txt") << "mine";
  CHECK_FALSE(Log::open(dir.path() + "/file", small()).ok());
  CHECK_FALSE(Log::open(dir.path() + "/folder", small()).ok());
}

TEST_CASE("a killed process loses nothing it was told `ok` for", "[log][kill]") {
  std::mt19937_64 random(4711);
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  std::uint64_t before = 0;
  for (int round = 0; round < 12; ++round) {
    int fds[2];
    REQUIRE(pipe(fds) == 0);
    const pid_t child = fork();
    if (child == 0) {
      ::close(fds[0]);
      auto log = Log::open(path, small());
      if (!log) _exit(3);
      auto recorder = log->recorder("s");
      if (!recorder) _exit(4);
      for (std::uint64_t seq = recorder->next_seq();; ++seq) {
        if (recorder->record_token("tok", static_cast<std::int64_t>(seq)) != Append::ok) continue;
        if (write(fds[1], &seq, sizeof seq) != sizeof seq) _exit(5);
      }
    }
    ::close(fds[1]);
    std::uint64_t acknowledged = 0, seq = 0;
    const std::uint64_t enough = random() % 15000;
    std::uint64_t count = 0;
    while (read(fds[0], &seq, sizeof seq) == sizeof seq) {
      acknowledged = seq + 1;
      if (++count == enough) kill(child, SIGKILL);
      if (enough == 0) kill(child, SIGKILL);
    }
    ::close(fds[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    const auto stored = test::read_back(io::posix(), path);
    const auto& events = stored.at("s").events;
    CHECK(events.size() >= acknowledged);
    CHECK(events.size() <= acknowledged + 1);  // one may have been recorded and not acknowledged
    CHECK(events.size() >= before);
    for (std::size_t i = 0; i < events.size(); ++i) {
      REQUIRE(events[i].first == i);
      REQUIRE(std::get<Token>(events[i].second.body).index == static_cast<std::int64_t>(i));
    }
    before = events.size();
  }
}

TEST_CASE("tokens come to an end where seqs do", "[log]") {
  const test::TempDir dir;
  Log log = open_log(dir.path() + "/store");
  Recorder r = recorder_of(log, "s");
  Event gap;
  gap.body = Gap{kSeqMax - 2, "import"};
  REQUIRE(r.record(gap) == Append::ok);
  CHECK(r.record_token("last but one", 0) == Append::ok);
  CHECK(r.record_token("last", 1, 1000.5) == Append::ok);
  CHECK(r.record_token("one too many", 2) == Append::invalid);
  CHECK(r.record_token("one too many", 2, 1000.5) == Append::invalid);
  CHECK(r.next_seq() == kSeqMax);
}

TEST_CASE("threads that come and go leave their chunks behind for others", "[log][threads]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/store";
  constexpr int kThreads = 300;
  {
    Log log = open_log(path);  // 64 chunks: more threads than that only work if chunks come back
    for (int i = 0; i < kThreads; ++i) {
      std::thread([&log, i] {
        Recorder r = std::move(*log.recorder("s" + std::to_string(i)));
        if (r.record_token("x", 0) != Append::ok) std::abort();
      }).join();
    }
    CHECK(log.close().lost == 0);
  }
  CHECK(test::read_back(io::posix(), path).size() == kThreads);
}
