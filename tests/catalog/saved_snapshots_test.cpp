#include "catalog/saved_snapshots.hpp"

#include <limits>

#include "io/memory_file_system.hpp"
#include "support/catch.hpp"

namespace reel::catalog {
namespace {

const std::string kStore = "/store";

Snapshot snapshot_at(std::uint64_t seq, std::string content = "text") {
  Snapshot snapshot;
  snapshot.stream_id = "a";
  snapshot.seq = seq;
  snapshot.ts = 1700000000000.123;
  snapshot.content = std::move(content);
  return snapshot;
}

// Every field other than its default, with bytes that are no UTF-8 and lines that end early.
Snapshot full_snapshot() {
  Snapshot snapshot = snapshot_at(41, std::string("two\nlines\\n\0 and \xff", 19));
  snapshot.token_count = std::numeric_limits<std::int64_t>::min();
  snapshot.checkpoint = "\n";
  snapshot.violations = {R"({"rule": "x",  "n": 1.10})", "", "{}"};
  snapshot.drift_detected = true;
  snapshot.retry_attempts = 3;
  snapshot.network_retry_count = -1;
  snapshot.fallback_index = std::numeric_limits<std::int64_t>::max();
  snapshot.completed = true;
  snapshot.error = SerializedError{"E", "why", "c", std::nullopt, R"({"k": 18446744073709551615})"};
  snapshot.start_ts = 0.1;
  snapshot.end_ts = 1.7976931348623157e308;
  snapshot.attempts = {"first", ""};
  return snapshot;
}

TEST_CASE("a snapshot comes back in every field", "[catalog][snapshot]") {
  io::MemoryFileSystem fs;
  SavedSnapshots saved(fs, kStore, "l0", "a");
  CHECK_FALSE(*saved.last());
  for (const Snapshot& snapshot : {full_snapshot(), snapshot_at(0), [] {
                                     Snapshot bare = snapshot_at(7, "");
                                     bare.error = SerializedError{"", "", {}, "s", {}};
                                     bare.start_ts = -0.0;
                                     return bare;
                                   }()}) {
    REQUIRE(saved.save(snapshot).ok());
    const auto back = saved.last();
    REQUIRE(back.ok());
    REQUIRE(*back);
    CHECK(**back == snapshot);
    CHECK(encode_snapshot({"l0", 1, **back}) == encode_snapshot({"l0", 1, snapshot}));
  }
}

TEST_CASE("last is the last saved, before is the highest seq asked for", "[catalog][snapshot]") {
  io::MemoryFileSystem fs;
  SavedSnapshots saved(fs, kStore, "l0", "a");
  for (const auto& [seq, content] : {std::pair(5, "five"), {9, "nine"}, {2, "two"}, {5, "again"}}) {
    REQUIRE(saved.save(snapshot_at(static_cast<std::uint64_t>(seq), content)).ok());
  }
  CHECK((*saved.last())->content == "again");
  CHECK_FALSE(*saved.before(1));
  CHECK((*saved.before(2))->content == "two");
  CHECK((*saved.before(8))->content == "again");
  CHECK((*saved.before(UINT64_MAX))->content == "nine");
  CHECK_FALSE(*SavedSnapshots(fs, kStore, "l0", "b").last());
  CHECK_FALSE(*SavedSnapshots(fs, kStore, "other", "a").last());
  REQUIRE(saved.drop().ok());
  CHECK_FALSE(*saved.last());
  CHECK(fs.list(snapshots_directory(kStore))->empty());
  CHECK(saved.drop().ok());
}

TEST_CASE("what another saver claimed is left to it", "[catalog][snapshot]") {
  io::MemoryFileSystem fs;
  SavedSnapshots saved(fs, kStore, "l0", "a");
  REQUIRE(saved.save(snapshot_at(1, "one")).ok());
  const std::string folder = io::join(snapshots_directory(kStore), snapshot_folder("l0", "a"));
  REQUIRE(fs.create(io::join(folder, "0000000002.tmp")).ok());
  REQUIRE(saved.save(snapshot_at(2, "two")).ok());
  CHECK(fs.info(io::join(folder, "0000000003-2")).ok());
  CHECK(fs.info(io::join(folder, "0000000002.tmp")).ok());
  CHECK((*saved.last())->content == "two");
}

TEST_CASE("a file in another's place is damage", "[catalog][snapshot]") {
  io::MemoryFileSystem fs;
  REQUIRE(SavedSnapshots(fs, kStore, "l0", "a").save(snapshot_at(4)).ok());
  const std::string folder = snapshot_folder("l0", "a");
  const std::string base = io::join(snapshots_directory(kStore), folder);
  REQUIRE(load_snapshot(fs, kStore, folder, {1, 4}).ok());
  for (const SnapshotName wrong : {SnapshotName{1, 5}, SnapshotName{2, 4}}) {
    const std::string right = io::join(base, "0000000001-4");
    REQUIRE(fs.rename(right, io::join(base, snapshot_name(wrong))).ok());
    CHECK(load_snapshot(fs, kStore, folder, wrong).error().code == ErrorCode::damaged);
    REQUIRE(fs.rename(io::join(base, snapshot_name(wrong)), right).ok());
  }
  const std::string other = snapshot_folder("l0", "b");
  REQUIRE(fs.rename(base, io::join(snapshots_directory(kStore), other)).ok());
  CHECK(load_snapshot(fs, kStore, other, {1, 4}).error().code == ErrorCode::damaged);
}

TEST_CASE("names of snapshots", "[catalog][snapshot]") {
  CHECK(snapshot_name({7, 41}) == "0000000007-41");
  CHECK(parse_snapshot_name("0000000007-41")->seq == 41);
  CHECK(parse_snapshot_name("12345678901-0")->number == 12345678901);
  for (const char* bad : {"", "-", "7-41", "0000000007", "0000000007-", "0000000007-041",
                          "0000000007-41.tmp", "00000000007-1"}) {
    CHECK_FALSE(parse_snapshot_name(bad));
  }
  CHECK(is_snapshot_folder(snapshot_folder("l0", "a")));
  CHECK(snapshot_folder("l0", "a") != snapshot_folder("l", "0a"));
  CHECK_FALSE(is_snapshot_folder("abc"));
}

TEST_CASE("killed or cut off anywhere, a snapshot is whole or absent", "[catalog][snapshot]") {
  for (std::uint64_t n = 0, done = 0; done == 0; ++n) {
    INFO("operation " << n << " and all later fail");
    REQUIRE(n < 60);
    io::MemoryFileSystem fs;
    REQUIRE(SavedSnapshots(fs, kStore, "l0", "a").save(snapshot_at(1, "one")).ok());
    fs.fail({std::nullopt, n, true, EIO, 3});
    const bool saved = SavedSnapshots(fs, kStore, "l0", "a").save(snapshot_at(2, "two")).ok();
    done = saved ? 1 : 0;
    const auto killed = fs.kill_process();
    const auto cut = fs.crash();
    for (io::FileSystem* after :
         {static_cast<io::FileSystem*>(killed.get()), static_cast<io::FileSystem*>(cut.get())}) {
      SavedSnapshots again(*after, kStore, "l0", "a");
      const auto last = again.last();
      REQUIRE(last.ok());
      REQUIRE(*last);
      CHECK(((*last)->content == "two" || (!saved && (*last)->content == "one")));
      REQUIRE(again.save(snapshot_at(3, "three")).ok());
      CHECK((*again.last())->content == "three");
    }
  }
}

}  // namespace
}  // namespace reel::catalog
