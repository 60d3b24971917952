#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel::catalog {
namespace {

LaneCatalog sample() {
  LaneCatalog catalog;
  catalog.segments = {{1, 0xabcdef, 4096, 77, 100, 3, true},
                      {4, UINT64_MAX, 0, 0, 0, 0, false},
                      {7, 1, UINT64_MAX, UINT64_MAX, 5, 5, true}};
  catalog.next_number = 9;
  catalog.clean = false;
  catalog.recovery = "recovered 5 events\nof 2 streams";
  return catalog;
}

void check_same(const LaneCatalog& a, const LaneCatalog& b) {
  CHECK(a.next_number == b.next_number);
  CHECK(a.clean == b.clean);
  CHECK(a.recovery == b.recovery);
  REQUIRE(a.segments.size() == b.segments.size());
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const auto &x = a.segments[i], &y = b.segments[i];
    CHECK(x.number == y.number);
    CHECK(x.segment_id == y.segment_id);
    CHECK(x.bytes == y.bytes);
    CHECK(x.digest == y.digest);
    CHECK(x.events == y.events);
    CHECK(x.streams == y.streams);
    CHECK(x.sealed == y.sealed);
  }
}

TEST_CASE("a catalog comes back as it was saved") {
  const test::TempDir lane;
  REQUIRE(save_catalog(io::posix(), lane.path(), sample()).ok());
  auto loaded = load_catalog(io::posix(), lane.path());
  REQUIRE(loaded.ok());
  check_same(*loaded, sample());

  LaneCatalog changed = sample();
  changed.clean = true;
  changed.recovery.clear();
  changed.segments.pop_back();
  REQUIRE(save_catalog(io::posix(), lane.path(), changed).ok());
  loaded = load_catalog(io::posix(), lane.path());
  REQUIRE(loaded.ok());
  check_same(*loaded, changed);
}

TEST_CASE("a catalog is saved in order of number, whatever the order in memory") {
  const test::TempDir lane;
  LaneCatalog shuffled = sample();
  std::swap(shuffled.segments[0], shuffled.segments[2]);
  REQUIRE(save_catalog(io::posix(), lane.path(), shuffled).ok());
  const auto loaded = load_catalog(io::posix(), lane.path());
  REQUIRE(loaded.ok());
  check_same(*loaded, sample());
}

TEST_CASE("an absent catalog is an empty one of a store just made") {
  const test::TempDir lane;
  const auto loaded = load_catalog(io::posix(), lane.path());
  REQUIRE(loaded.ok());
  check_same(*loaded, LaneCatalog{});
}

TEST_CASE("a catalog that contradicts itself is damage") {
  const test::TempDir lane;
  const auto load = [&](const LaneCatalog& catalog) {
    REQUIRE(save_catalog(io::posix(), lane.path(), catalog).ok());
    return load_catalog(io::posix(), lane.path()).status().error().code;
  };
  LaneCatalog twice = sample();
  twice.segments[1].number = 1;
  CHECK(load(twice) == ErrorCode::damaged);
  LaneCatalog beyond = sample();
  beyond.next_number = 7;
  CHECK(load(beyond) == ErrorCode::damaged);
  LaneCatalog zero = sample();
  zero.segments[0].number = 0;
  CHECK(load(zero) == ErrorCode::damaged);
}

TEST_CASE("every changed byte of catalog and arena.ref is noticed") {
  const test::TempDir lane;
  REQUIRE(save_catalog(io::posix(), lane.path(), sample()).ok());
  REQUIRE(save_arena_ref(io::posix(), lane.path(), {"/dev/shm/a", 1, "boot", false}).ok());
  const auto each_flip = [](const std::string& file, const auto& load) {
    const std::string text = test::read_bytes(file);
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
      test::write_bytes(file, changed);
      INFO(file << " byte " << at);
      REQUIRE(load() == ErrorCode::damaged);
    }
  };
  each_flip(catalog_file(lane.path()),
            [&] { return load_catalog(io::posix(), lane.path()).status().error().code; });
  each_flip(arena_ref_file(lane.path()),
            [&] { return load_arena_ref(io::posix(), lane.path()).status().error().code; });
}

TEST_CASE("arena.ref comes back, whatever its path looks like, its absence is told apart") {
  const test::TempDir lane;
  const auto absent = load_arena_ref(io::posix(), lane.path());
  REQUIRE_FALSE(absent.ok());
  CHECK(absent.error().code == ErrorCode::not_found);
  for (const bool consumed : {false, true}) {
    const ArenaRef ref{"/dev/shm/odd \\ name\n.arena", 0xfeedfacecafebeef, "b-o-o-t", consumed};
    REQUIRE(save_arena_ref(io::posix(), lane.path(), ref).ok());
    const auto loaded = load_arena_ref(io::posix(), lane.path());
    REQUIRE(loaded.ok());
    CHECK(loaded->path == ref.path);
    CHECK(loaded->arena_id == ref.arena_id);
    CHECK(loaded->boot_id == ref.boot_id);
    CHECK(loaded->consumed == consumed);
  }
}

}  // namespace
}  // namespace reel::catalog
