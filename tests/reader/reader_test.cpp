// Opening a store, whole or not, and following it while it grows.
#include "reel/reader.hpp"

#include <filesystem>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandStore;
using test::opened;
using test::Seqs;
using test::seqs;
using test::token;
using test::two_segments;

TEST_CASE_METHOD(test::OnTwoSegments, "info counts everything, bytes are those of every file") {
  const StoreInfo info = reader.info();
  CHECK(info.store_uuid == catalog::uuid_text(store.identity().uuid));
  CHECK(info.segments == 2);
  CHECK(info.streams == 3);
  CHECK(info.events == 8);
  CHECK(info.gaps == 1);
  CHECK(info.gap_events == 3);
  CHECK(info.clean);
  CHECK_FALSE(info.writer_alive);
  CHECK_FALSE(info.arena_seen);
  CHECK(info.arena_path.empty());
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store.path())) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  CHECK(info.bytes == bytes);
}

TEST_CASE("the segment being written is read up to its last whole block, refresh moves on") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  store.add_segment({{token("a", 0, "x")}});
  store.save();
  Reader reader = opened(store.path());
  auto before = reader.cursor("a");
  REQUIRE(before.ok());
  CHECK(seqs(reader, "a") == Seqs{0});
  store.add_segment({{token("a", 1, "y")}, {token("a", 2, "z")}}, HandStore::End::leave);
  REQUIRE(reader.refresh().ok());
  CHECK(seqs(reader, "a") == Seqs{0, 1, 2});
  CHECK_FALSE(reader.info().clean);
  const auto metadata = reader.metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->durable_seq == 0);
  // A cursor shows the moment it was made at.
  CHECK(before->next());
  CHECK_FALSE(before->next());
}

TEST_CASE("an arena that cannot be read is a note, not an error") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.catalog().clean = false;
  store.add_segment({{token("a", 0, "x")}});
  store.save();
  const catalog::ArenaRef ref{dir.file("gone.arena"), 7, "", false};
  REQUIRE(catalog::save_arena_ref(io::posix(), store.lane(), ref).ok());
  const Reader reader = opened(store.path());
  CHECK(seqs(reader, "a") == Seqs{0});
  CHECK_FALSE(reader.info().arena_seen);
  CHECK(reader.info().arena_path == ref.path);
  CHECK_FALSE(reader.info().notes.empty());
}

TEST_CASE("a missing segment is damage, strict opening refuses") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  two_segments(store);
  std::filesystem::remove(store.segment(1));
  const Reader reader = opened(store.path());
  REQUIRE(reader.damage().size() == 1);
  CHECK(reader.damage()[0].file == store.segment(1));
  CHECK(seqs(reader, "a") == Seqs{4, 5, 8});
  ReaderOptions strict;
  strict.strict = true;
  CHECK_FALSE(Reader::open(store.path(), strict).ok());
}

TEST_CASE("what is no store cannot be opened") {
  const test::TempDir dir;
  test::write_bytes(dir.file("file"), "x");
  std::filesystem::create_directory(dir.file("folder"));
  const auto code = [&](const char* name) {
    return Reader::open(dir.file(name)).status().error().code;
  };
  CHECK(code("absent") == ErrorCode::not_found);
  CHECK(code("file") == ErrorCode::not_a_store);
  CHECK(code("folder") == ErrorCode::not_a_store);
}

}  // namespace
}  // namespace reel
