// Deleting and snapshots without a Log: beside a living one, and in the middle of its openings.
#include "store/control.hpp"

#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "reader/reader_core.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "support/log_fixture.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

const std::string kStore = "/store";

bool exists(io::FileSystem& fs, const std::string& id) {
  auto core = detail::ReaderCore::open(fs, kStore, {});
  REQUIRE(core.ok());
  return (*core)->find("l0", id).has_value();
}

std::unique_ptr<detail::RecorderState> recording(detail::LogCore& core, const std::string& id) {
  auto state = core.recorder(id, "l0");
  REQUIRE(state.ok());
  REQUIRE(test::record_event(**state, test::token_at(1000, "x", 0)) == Append::ok);
  return *std::move(state);
}

TEST_CASE("a stream is deleted from outside unless a living writer holds it", "[store][control]") {
  test::TestClock clock;
  io::MemoryFileSystem fs;
  const test::Core core = test::opened(fs, clock);
  const auto a = recording(*core, "a");
  const auto b = recording(*core, "b");
  b->lane->release_stream(*b);
  const auto busy = store::delete_stream(fs, kStore, "a", "l0");
  REQUIRE_FALSE(busy.ok());
  CHECK(busy.error().code == ErrorCode::busy);
  CHECK(exists(fs, "a"));
  CHECK(*store::delete_stream(fs, kStore, "b", "l0"));
  CHECK_FALSE(exists(fs, "b"));
  CHECK_FALSE(*store::delete_stream(fs, kStore, "b", "l0"));
  CHECK_FALSE(*store::delete_stream(fs, kStore, "never", "l0"));
  // A dead writer holds nothing.
  const auto killed = fs.kill_process();
  CHECK(*store::delete_stream(*killed, kStore, "a", "l0"));
  CHECK_FALSE(exists(*killed, "a"));
  const test::Core again = test::opened(*killed, clock);
  CHECK_FALSE(exists(*killed, "a"));
}

TEST_CASE("deleting without a store says so", "[store][control]") {
  io::MemoryFileSystem fs;
  CHECK(store::delete_stream(fs, "/nowhere", "a", "l0").error().code == ErrorCode::not_found);
  CHECK_FALSE(fs.info("/nowhere").ok());
}

TEST_CASE("snapshots go with their stream, whoever deletes it", "[store][control]") {
  for (const bool by_log : {true, false}) {
    test::TestClock clock;
    io::MemoryFileSystem fs;
    const test::Core core = test::opened(fs, clock);
    const auto a = recording(*core, "a");
    a->lane->release_stream(*a);
    catalog::SavedSnapshots saved(fs, kStore, "l0", "a");
    Snapshot snapshot;
    snapshot.stream_id = "a";
    REQUIRE(saved.save(snapshot).ok());
    const auto deleted =
        by_log ? core->delete_stream("a", "l0") : store::delete_stream(fs, kStore, "a", "l0");
    REQUIRE(deleted.ok());
    CHECK(*deleted);
    CHECK_FALSE(*saved.last());
  }
}

TEST_CASE("a snapshot holds the state of the last event", "[store][control]") {
  const test::OnTwoSegments on;
  const auto snapshot = take_snapshot(on.store.path(), "a");
  REQUIRE(snapshot.ok());
  CHECK(snapshot->stream_id == "a");
  CHECK(snapshot->seq == 8);
  CHECK(snapshot->content == "one two three four");
  CHECK(snapshot->completed);
  const auto saved = catalog::SavedSnapshots(io::posix(), on.store.path(), "l0", "a").last();
  REQUIRE(saved.ok());
  REQUIRE(*saved);
  CHECK(**saved == *snapshot);
  CHECK(take_snapshot(on.store.path(), "never").error().code == ErrorCode::not_found);
  CHECK(*delete_stream(on.store.path(), "a"));
  CHECK_FALSE(test::opened(on.store.path()).exists("a"));
}

}  // namespace
}  // namespace reel
