// A Reader beside a Log: live, crashed, recovered, closed.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "reel/replay.hpp"
#include "support/catch.hpp"
#include "support/reader_store.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::Seqs;
using test::seqs;

// Small, and moved only by the test itself.
LogOptions by_hand() {
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.open_streams_max = 64;
  options.writer_thread = false;
  return options;
}

void record(Recorder& recorder, std::initializer_list<const char*> values) {
  for (const char* value : values) {
    REQUIRE(recorder.record_token(value, static_cast<std::int64_t>(recorder.next_seq())) ==
            Append::ok);
  }
}

std::string content(const Reader& reader, std::string_view id) {
  const auto state = replay_to_state(reader, id);
  REQUIRE(state.ok());
  return state->content;
}

TEST_CASE("a reader sees what is only recorded, then written, then closed, each event once") {
  const test::TempDir dir;
  auto log = Log::open(dir.file("s"), by_hand());
  REQUIRE(log.ok());
  auto recorder = log->recorder("a");
  REQUIRE(recorder.ok());
  record(*recorder, {"x", "y"});
  auto reader = Reader::open(dir.file("s"));
  REQUIRE(reader.ok());
  CHECK(content(*reader, "a") == "xy");
  CHECK(reader->info().arena_seen);
  CHECK(reader->info().arena_events == 2);
  CHECK(reader->info().writer_alive);

  REQUIRE(log->flush().ok());
  record(*recorder, {"z"});
  CHECK(content(*reader, "a") == "xy");  // still that moment
  REQUIRE(reader->refresh().ok());
  CHECK(content(*reader, "a") == "xyz");
  CHECK(reader->info().events == 3);
  CHECK(reader->info().arena_events == 1);
  CHECK(seqs(*reader, "a") == Seqs{0, 1, 2});
  auto metadata = reader->metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->status == StreamStatus::open);
  const auto live = verify(dir.file("s"));
  REQUIRE(live.ok());
  CHECK(live->ok);

  recorder->close();
  CHECK(log->close().status.ok());
  REQUIRE(reader->refresh().ok());
  CHECK(content(*reader, "a") == "xyz");
  CHECK(reader->info().clean);
  CHECK(reader->info().arena_path.empty());
  metadata = reader->metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->status == StreamStatus::interrupted);
  CHECK((*metadata)->durable_seq == 2);
  const auto closed = verify(dir.file("s"));
  REQUIRE(closed.ok());
  CHECK(closed->ok);
  CHECK(closed->notes.empty());
}

// Records in a child and kills it: nothing is written, all is in the arena.
void crash(const std::string& store) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto log = Log::open(store, by_hand());
    if (!log) ::_exit(1);
    auto recorder = log->recorder("a");
    if (!recorder || recorder->record_token("x", 0) != Append::ok) ::_exit(2);
    if (!log->flush().ok()) ::_exit(3);
    if (recorder->record_token("y", 1) != Append::ok) ::_exit(4);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

TEST_CASE("a segment that has no header yet is no damage") {
  const test::TempDir dir;
  auto log = Log::open(dir.file("s"), by_hand());
  REQUIRE(log.ok());
  auto recorder = log->recorder("a");
  REQUIRE(recorder.ok());
  record(*recorder, {"x"});
  REQUIRE(log->flush().ok());
  auto before = Reader::open(dir.file("s"));
  REQUIRE(before.ok());
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{100}, std::size_t{4096}}) {
    INFO(bytes << " bytes");
    std::ofstream(dir.file("s") + "/lanes/0000/0000000007.seg") << std::string(bytes, '\0');
    auto reader = Reader::open(dir.file("s"));
    REQUIRE(reader.ok());
    CHECK(reader->damage().empty());
    CHECK(content(*reader, "a") == "x");
    REQUIRE(before->refresh().ok());
    CHECK(before->damage().empty());
    const auto report = verify(dir.file("s"));
    REQUIRE(report.ok());
    CHECK(report->damage.empty());
  }
}

TEST_CASE("a crashed store is read whole without recovering it, and recovery changes nothing") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  crash(store);
  {
    const auto reader = Reader::open(store);
    REQUIRE(reader.ok());
    CHECK(content(*reader, "a") == "xy");
    const StoreInfo info = reader->info();
    CHECK_FALSE(info.clean);
    CHECK_FALSE(info.writer_alive);
    CHECK(info.arena_seen);
    CHECK(info.arena_events == 1);
    ReaderOptions written;
    written.arena = false;
    const auto without = Reader::open(store, written);
    REQUIRE(without.ok());
    CHECK(content(*without, "a") == "x");
    const auto report = verify(store);
    REQUIRE(report.ok());
    CHECK(report->ok);
    CHECK_FALSE(report->notes.empty());
  }
  {
    auto log = Log::open(store, by_hand());
    REQUIRE(log.ok());
    CHECK(log->recovery().recovered_events == 1);
    CHECK(log->close().status.ok());
  }
  const auto reader = Reader::open(store);
  REQUIRE(reader.ok());
  CHECK(seqs(*reader, "a") == Seqs{0, 1});
  CHECK_FALSE(reader->info().notes.empty());
  const auto report = verify(store);
  REQUIRE(report.ok());
  for (const auto& damage : report->damage) UNSCOPED_INFO(damage.file << ": " << damage.what);
  CHECK(report->ok);
}

TEST_CASE("a copy of a crashed store does not show the original's arena as its own") {
  const test::TempDir dir;
  crash(dir.file("s"));
  std::filesystem::copy(dir.file("s"), dir.file("copy"), std::filesystem::copy_options::recursive);
  {
    const auto reader = Reader::open(dir.file("copy"));
    REQUIRE(reader.ok());
    CHECK(content(*reader, "a") == "x");
    CHECK_FALSE(reader->info().arena_seen);
    const auto report = verify(dir.file("copy"));
    REQUIRE(report.ok());
    CHECK_FALSE(report->ok);
  }
  auto log = Log::open(dir.file("s"), by_hand());  // takes the arena away
  REQUIRE(log.ok());
  CHECK(log->close().status.ok());
}

}  // namespace
}  // namespace reel
