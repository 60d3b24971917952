// file_store: deleting, namespaces, TTL, snapshots, and many streams at once.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "reel/log.hpp"
#include "support/file_bytes.hpp"
#include "support/file_stores.hpp"

namespace reel {
namespace {

using test::appended;
using test::code_of;
using test::small_log;
using test::store_at;
using test::Texts;
using test::texts;
using test::token_at;

TEST_CASE("a deleted stream begins anew, for every handle", "[store][file]") {
  const test::TempDir dir;
  const auto one = store_at(dir.file("s"));
  const auto two = store_at(dir.file("s"));
  appended(*one, "a", "old");
  appended(*one, "b", "b");
  Snapshot snapshot;
  snapshot.stream_id = "a";
  snapshot.content = "wrong for what comes";
  REQUIRE(one->save_snapshot(snapshot).ok());
  CHECK(*two->delete_stream("a"));
  CHECK_FALSE(*one->exists("a"));
  CHECK_FALSE(*one->delete_stream("a"));
  CHECK(*one->list_streams() == std::vector<std::string>{"b"});
  CHECK_FALSE(*one->get_snapshot("a"));
  CHECK(appended(*one, "a", "new") == 0);
  CHECK(texts(*two, "a") == Texts{"0new"});
  CHECK(two->fold("a")->content == "new");
  CHECK(*one->list_streams() == std::vector<std::string>{"b", "a"});
  CHECK(verify(dir.file("s"))->ok);
}

TEST_CASE("a store that only deletes opens no log", "[store][file]") {
  const test::TempDir dir;
  {
    const auto store = store_at(dir.file("s"));
    appended(*store, "a", "x");
  }
  const auto store = store_at(dir.file("s"));
  CHECK(*store->delete_stream("a"));
  CHECK_FALSE(*store->exists("a"));
  CHECK(Log::open(dir.file("s"), small_log()).ok());
}

TEST_CASE("namespaces do not see each other", "[store][file]") {
  const test::TempDir dir;
  const auto one = store_at(dir.file("s"), "one");
  const auto two = store_at(dir.file("s"), "two");
  CHECK(appended(*one, "a", "x") == 0);
  CHECK_FALSE(*two->exists("a"));
  CHECK(appended(*two, "a", "y") == 0);
  CHECK(*one->delete_stream("a"));
  CHECK(texts(*two, "a") == Texts{"0y"});
  CHECK((*two->metadata("a"))->name_space == "two");
}

TEST_CASE("more streams than are kept open", "[store][file]") {
  const test::TempDir dir;
  FileStoreOptions options;
  options.base_path = dir.file("s");
  options.log = small_log();
  options.log.open_streams_max = 256;  // so that 128 are kept open
  const auto store = file_store(options);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i) {
      const std::string id = "s" + std::to_string(i);
      auto seq = store->append(id, token_at(1, "x", round));
      // Slots come back once the writer has written what is in them.
      if (!seq && seq.error().code == ErrorCode::full) {
        REQUIRE(store->flush().ok());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        seq = store->append(id, token_at(1, "x", round));
      }
      INFO(seq.status().to_string());
      REQUIRE(seq.ok());
      CHECK(*seq == static_cast<std::uint64_t>(round));
    }
  }
  CHECK(store->list_streams()->size() == 500);
}

TEST_CASE("threads append to their own streams and to one together", "[store][file]") {
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  constexpr int kThreads = 4, kEvents = 2000;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string own = "own" + std::to_string(t);
      for (int i = 0; i < kEvents; ++i) {
        if (!store->append(own, token_at(1, "x", i)).ok()) ++failures;
        if (!store->append("all", token_at(1, own, i)).ok()) ++failures;
        if (i % 500 == 0 && !store->get_last_event(own).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  const auto all = store->get_events("all");
  REQUIRE(all->size() == kThreads * kEvents);
  for (std::size_t i = 0; i < all->size(); ++i) CHECK((*all)[i].seq == i);
}

TEST_CASE("a TTL hides, counts and forgets nothing", "[store][file]") {
  const test::TempDir dir;
  double now = 5000;
  FileStoreOptions options;
  options.base_path = dir.file("s");
  options.log = small_log();
  options.ttl_ms = 1000;
  options.now = [&now] { return now; };
  const auto store = file_store(options);
  REQUIRE(store->append("a", token_at(4000, "old", 0)).ok());
  REQUIRE(store->append("a", token_at(5000, "new", 1)).ok());
  CHECK(texts(*store, "a") == Texts{"0old", "1new"});
  now = 5001;
  CHECK(texts(*store, "a") == Texts{"1new"});
  CHECK((*store->metadata("a"))->event_count == 1);
  CHECK(store->fold("a")->content == "new");
  now = 7000;
  CHECK(*store->exists("a"));  // as a file does: it is hidden, not gone
  CHECK_FALSE(*store->get_last_event("a"));
  CHECK_FALSE(*store->metadata("a"));
  CHECK(store->list_streams()->size() == 1);
  CHECK(*store->append("a", token_at(7000, "later", 2)) == 2);
  CHECK(texts(*store_at(dir.file("s")), "a").size() == 3);
}

TEST_CASE("saved snapshots: the last, the nearest, and a fold that does not trust them",
          "[store][file]") {
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  Snapshot snapshot;
  snapshot.stream_id = "a";
  snapshot.seq = 1;
  snapshot.content = "SAVED ";
  REQUIRE(store->save_snapshot(snapshot).ok());
  CHECK_FALSE(*store->exists("a"));
  CHECK(store->list_streams()->empty());
  for (int i = 0; i < 4; ++i) appended(*store, "a", std::to_string(i), i);
  CHECK(**store->get_snapshot("a") == snapshot);
  CHECK_FALSE(*store->get_snapshot_before("a", 0));
  CHECK(store->fold("a")->content == "0123");
  CHECK(store->fold("a", {0, 0})->content == "0");
  CHECK(store->fold("a", {1, 3})->content == "123");
  CHECK((*store->get_snapshot_before("a", 3))->content == "SAVED ");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.file("s/snapshots"))) {
    if (entry.is_regular_file()) test::write_bytes(entry.path().string(), "broken");
  }
  CHECK(store->fold("a")->content == "0123");
  CHECK(code_of(store->get_snapshot("a")) == ErrorCode::damaged);
  CHECK_FALSE(verify(dir.file("s"))->ok);
}

}  // namespace
}  // namespace reel
