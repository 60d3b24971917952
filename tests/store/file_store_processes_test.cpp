// file_store and read_only_store beside other processes: living, killed and forked.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "reel/log.hpp"
#include "support/file_stores.hpp"
#include "support/reel_tool.hpp"
#include "support/sanitizers.hpp"

namespace reel {
namespace {

using Catch::Matchers::Contains;
using test::appended;
using test::code_of;
using test::small_log;
using test::store_at;
using test::Texts;
using test::texts;
using test::token_at;

TEST_CASE("a folder that another process writes is read and written, a stream it has is busy",
          "[store][file]") {
  const test::TempDir dir;
  test::Child writer({test::kReelTool, "record", dir.file("s"), "--ack"});
  const auto store = store_at(dir.file("s"));
  std::string ack;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(writer.write(test::token_line("a", i, "x")));
    REQUIRE(writer.read_line(ack, 10000));
    CHECK(texts(*store, "a").size() == static_cast<std::size_t>(i) + 1);
  }
  CHECK(appended(*store, "b", "mine") == 0);
  const auto busy = store->append("a", token_at(1, "x", 0));
  REQUIRE_FALSE(busy.ok());
  CHECK(busy.error().code == ErrorCode::busy);
  CHECK_THAT(busy.error().to_string(), Contains("process"));
  CHECK(code_of(store->delete_stream("a")) == ErrorCode::busy);
  writer.signal(SIGKILL);
  CHECK(writer.wait() == 128 + SIGKILL);
  CHECK(appended(*store, "a", "mine") == 3);
  CHECK(texts(*store, "a") == Texts{"0x", "1x", "2x", "3mine"});
}

TEST_CASE("a deletion by another process is obeyed at once", "[store][file]") {
  const test::TempDir dir;
  {
    const auto before = store_at(dir.file("s"));
    for (int i = 0; i < 5; ++i) appended(*before, "a" + std::to_string(i), "x");
  }
  const auto store = store_at(dir.file("s"));
  appended(*store, "open", "x");
  for (int i = 0; i < 5; ++i) {  // one soon after the other
    const std::string id = "a" + std::to_string(i);
    CHECK(*store->exists(id));
    CHECK(test::run_reel({"rm", dir.file("s"), id}).code == 0);
    CHECK_FALSE(*store->exists(id));
    CHECK(appended(*store, id, "new") == 0);
  }
  // One that is appended to all the time stays, one that has been left alone is let go of.
  std::atomic<bool> ended = false;
  std::thread busy([&] {
    for (int i = 1; !ended; ++i) {
      (void)store->append("open", token_at(1, "x", i));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  const int refused = test::run_reel({"rm", dir.file("s"), "open"}).code;
  ended = true;
  busy.join();
  CHECK(refused == 3);
  CHECK(*store->exists("open"));
  CHECK(test::run_reel({"rm", dir.file("s"), "open"}).code == 0);
  CHECK_FALSE(*store->exists("open"));
  CHECK(appended(*store, "open", "new") == 0);
}

TEST_CASE("what was appended survives SIGKILL", "[store][file]") {
  const test::TempDir dir;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = store_at(dir.file("s"));
    for (int i = 0; i < 100; ++i) {
      if (!store->append("a", token_at(1, "x", i)).ok()) ::_exit(1);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  const auto store = store_at(dir.file("s"));
  CHECK(texts(*store, "a").size() == 100);
  CHECK(appended(*store, "a", "y") == 100);
}

// What it is that went wrong is the exit code.
int append_in_child(EventStore& store) {
  if (!store.append("b", token_at(1, "y", 0)).ok()) return 1;
  if (code_of(store.append("a", token_at(1, "y", 1))) != ErrorCode::busy) return 2;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {  // its parent lets go of it when it has been idle for a second
    const auto mine = store.append("a", token_at(1, "y", 1));
    if (mine) return *mine == 1 ? 0 : 3;
    if (mine.error().code != ErrorCode::busy) return 4;
    if (std::chrono::steady_clock::now() > deadline) return 5;
    ::usleep(50'000);
  }
}

TEST_CASE("a fork of the process that appends does so too, and takes over what lies idle",
          "[store][file]") {
  REEL_SKIP_UNDER_SANITIZERS();
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  appended(*store, "a", "x");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(append_in_child(*store));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(appended(*store, "a", "z") == 2);
  CHECK(texts(*store, "a").size() == 3);
  CHECK(texts(*store, "b").size() == 1);
}

TEST_CASE("read_only_store reads any id and changes nothing", "[store][file]") {
  const test::TempDir dir;
  CHECK(code_of(read_only_store(dir.file("none"))) == ErrorCode::not_found);
  Log log = Log::open(dir.file("s"), small_log()).value();
  Recorder recorder = log.recorder("any id/at all").value();
  REQUIRE(recorder.record_token("x", 0) == Append::ok);
  const auto opened = read_only_store(dir.file("s"));
  REQUIRE(opened.ok());
  EventStoreWithSnapshots& store = **opened;
  CHECK(texts(store, "any id/at all") == Texts{"0x"});
  REQUIRE(recorder.record_token("y", 1) == Append::ok);
  CHECK(texts(store, "any id/at all") == Texts{"0x", "1y"});
  CHECK(store.fold("any id/at all")->content == "xy");
  CHECK((*store.get_last_event("any id/at all"))->seq == 1);
  CHECK((*store.metadata("any id/at all"))->event_count == 2);
  CHECK(*store.exists("any id/at all"));
  CHECK_FALSE(*store.exists("other"));
  CHECK(store.list_streams("any")->size() == 1);
  const auto refused = store.append("a", token_at(1, "x", 0));
  CHECK(code_of(refused) == ErrorCode::invalid_argument);
  CHECK_THAT(refused.error().message, Contains("reading only"));
  CHECK(code_of(store.delete_stream("any id/at all")) == ErrorCode::invalid_argument);
  CHECK(store.save_snapshot({}).error().code == ErrorCode::invalid_argument);
  CHECK_FALSE(*store.get_snapshot("any id/at all"));
}

}  // namespace
}  // namespace reel
