#include <filesystem>

#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "reel/reader.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/hand_store.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::event_at;
using test::HandStore;
using test::token_at;

// Two segments, one stream of which was deleted; a snapshot of the other.
void fill(HandStore& store) {
  store.add_segment({{{"a", 0, event_at(999, Start{R"({"model":"m"})"}), 1, 0},
                      {"a", 1, token_at(1000, "Hello", 0), 1, 0},
                      {"a", 2, token_at(1001.5, " world", 1), 1, 0}},
                     {{"a", 3, event_at(1002, Checkpoint{"Hello world", 2}), 1, 0},
                      {"b", 0, token_at(1002, "B", 0), 2, 1}}});
  store.add_segment({{{"a", 4, event_at(1003, Complete{"Hello world", 2}), 1, 0}}});
  store.save();
  REQUIRE(catalog::save_tombstone(io::posix(), store.path(), {"l0", "b", 2, 1, 5}).ok());
  Snapshot snapshot;
  snapshot.stream_id = "a";
  snapshot.content = "Hello";
  snapshot.seq = 1;
  REQUIRE(catalog::SavedSnapshots(io::posix(), store.path(), "l0", "a").save(snapshot).ok());
}

VerifyReport verified(const std::string& path) {
  auto report = verify(path);
  INFO(report.status().to_string());
  REQUIRE(report.ok());
  return *std::move(report);
}

std::string told(const VerifyReport& report) {
  std::string text;
  for (const auto& damage : report.damage) text += damage.file + ": " + damage.what + '\n';
  for (const auto& note : report.notes) text += "note: " + note + '\n';
  return text;
}

TEST_CASE("a clean store is whole") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  fill(store);
  const VerifyReport report = verified(store.path());
  INFO(told(report));
  CHECK(report.ok);
  CHECK(report.damage.empty());
  CHECK(report.notes.empty());
  CHECK(report.events == 6);
  CHECK(report.blocks >= 3);
  CHECK(report.files == 7);  // reel.store, catalog, lock, two segments, tombstone, snapshot
}

TEST_CASE("a store just made is whole") {
  const test::TempDir dir;
  const HandStore store(dir.file("s"));
  CHECK(verified(store.path()).ok);
}

TEST_CASE("verify reports a flip of any byte of any file") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  fill(store);
  std::size_t flips = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store.path())) {
    if (!entry.is_regular_file() || entry.path().filename() == "lock") continue;
    const std::string file = entry.path().string();
    const std::string bytes = test::read_bytes(file);
    for (std::size_t at = 0; at < bytes.size(); ++at, ++flips) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
      test::write_bytes(file, changed);
      const auto report = verify(store.path());
      INFO(file << " byte " << at << " of " << bytes.size());
      REQUIRE(report.ok());
      REQUIRE_FALSE(report->ok);
      REQUIRE_FALSE(report->damage.empty());
    }
    test::write_bytes(file, bytes);
  }
  CHECK(flips > 1000);
  CHECK(verified(store.path()).ok);
}

TEST_CASE("verify reports every cut of a file, and bytes added to it") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  fill(store);
  for (const std::string& file :
       {catalog::store_file(store.path()), catalog::catalog_file(store.lane()), store.segment(1)}) {
    const std::string bytes = test::read_bytes(file);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 16) {
      test::write_bytes(file, bytes.substr(0, size));
      INFO(file << " cut to " << size);
      REQUIRE_FALSE(verified(store.path()).ok);
    }
    for (const char* tail : {"x", "\n", "12345678"}) {
      test::write_bytes(file, bytes + tail);
      INFO(file << " and " << tail);
      REQUIRE_FALSE(verified(store.path()).ok);
    }
    test::write_bytes(file, bytes);
  }
}

TEST_CASE("missing files are damage") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  fill(store);
  for (const std::string& file :
       {store.segment(1), store.segment(2), catalog::catalog_file(store.lane())}) {
    const std::string bytes = test::read_bytes(file);
    std::filesystem::remove(file);
    const VerifyReport report = verified(store.path());
    INFO(file << '\n' << told(report));
    CHECK_FALSE(report.ok);
    test::write_bytes(file, bytes);
  }
  std::filesystem::remove_all(store.lane());
  CHECK_FALSE(verified(store.path()).ok);
  std::filesystem::remove(catalog::store_file(store.path()));
  CHECK(verify(store.path()).status().error().code == ErrorCode::not_a_store);
}

TEST_CASE("segments that changed places, or came from another store, are damage") {
  const test::TempDir dir;
  HandStore store(dir.file("s")), other(dir.file("o"));
  fill(store);
  fill(other);
  const std::string one = test::read_bytes(store.segment(1));
  test::write_bytes(store.segment(1), test::read_bytes(store.segment(2)));
  CHECK_FALSE(verified(store.path()).ok);
  test::write_bytes(store.segment(1), test::read_bytes(other.segment(1)));
  CHECK_FALSE(verified(store.path()).ok);
  test::write_bytes(store.segment(1), one);
  CHECK(verified(store.path()).ok);
  test::write_bytes(store.segment(3), one);
  CHECK_FALSE(verified(store.path()).ok);
}

TEST_CASE("files that are not the store's are notes") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  fill(store);
  test::write_bytes(store.path() + "/README", "mine");
  test::write_bytes(store.lane() + "/0000000001.seg.failed", "old");
  test::write_bytes(store.lane() + "/catalog.tmp", "half");
  std::filesystem::create_directory(store.path() + "/lanes/backup");
  const VerifyReport report = verified(store.path());
  INFO(told(report));
  CHECK(report.ok);
  CHECK(report.notes.size() == 4);
}

TEST_CASE("an unclean store without its arena has lost events, perhaps") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  fill(store);
  VerifyReport report = verified(store.path());
  CHECK_FALSE(report.ok);
  CHECK(told(report).find("arena missing: events may be lost") != std::string::npos);

  catalog::ArenaRef ref{dir.file("gone.arena"), 7, "", false};
  REQUIRE(catalog::save_arena_ref(io::posix(), store.lane(), ref).ok());
  report = verified(store.path());
  CHECK_FALSE(report.ok);
  CHECK(told(report).find("arena missing: events may be lost") != std::string::npos);

  ref.consumed = true;
  REQUIRE(catalog::save_arena_ref(io::posix(), store.lane(), ref).ok());
  report = verified(store.path());
  INFO(told(report));
  CHECK(report.ok);
}

TEST_CASE("a segment given up counts up to its listed bytes") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{{"a", 0, token_at(1, "x", 0), 1, 0}}}, HandStore::End::give_up);
  store.add_segment({{{"a", 1, token_at(2, "y", 1), 1, 0}}});
  store.save();
  CHECK(verified(store.path()).ok);
  const std::string bytes = test::read_bytes(store.segment(1));
  test::write_bytes(store.segment(1), bytes + "torn block");
  const VerifyReport torn = verified(store.path());
  INFO(told(torn));
  CHECK(torn.ok);
  CHECK(torn.notes.size() == 1);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    test::write_bytes(store.segment(1), changed);
    INFO("byte " << at << " of " << bytes.size());
    REQUIRE_FALSE(verified(store.path()).ok);
  }
}

}  // namespace
}  // namespace reel
