#include "catalog/tombstone.hpp"

#include "io/memory_file_system.hpp"
#include "support/catch.hpp"

namespace reel::catalog {
namespace {

const std::string kStore = "/store";

Tombstone tombstone_of(std::uint64_t incarnation) {
  return {"l0", "a\nstream", incarnation, 77, 1'700'000'000'000'000};
}

TEST_CASE("a tombstone comes back as it was, and names what it deletes", "[catalog]") {
  io::MemoryFileSystem fs;
  CHECK(list_deleted(fs, kStore)->empty());
  CHECK_FALSE(*is_deleted(fs, kStore, 5));
  REQUIRE(save_tombstone(fs, kStore, tombstone_of(0x10)).ok());
  REQUIRE(save_tombstone(fs, kStore, tombstone_of(5)).ok());
  CHECK(*is_deleted(fs, kStore, 5));
  CHECK_FALSE(*is_deleted(fs, kStore, 6));
  CHECK(*list_deleted(fs, kStore) == std::vector<std::uint64_t>{5, 0x10});
  CHECK(tombstone_file(kStore, 0x10) == "/store/deleted/0000000000000010");
  const auto back = load_tombstone(fs, kStore, 5);
  REQUIRE(back.ok());
  CHECK(back->name_space == "l0");
  CHECK(back->stream_id == "a\nstream");
  CHECK(back->incarnation == 5);
  CHECK(back->ordinal == 77);
  CHECK(back->deleted_us == 1'700'000'000'000'000);
  CHECK(load_tombstone(fs, kStore, 6).error().code == ErrorCode::not_found);
}

TEST_CASE("the first tombstone of an incarnation stays", "[catalog]") {
  io::MemoryFileSystem fs;
  REQUIRE(save_tombstone(fs, kStore, tombstone_of(5)).ok());
  Tombstone later = tombstone_of(5);
  later.deleted_us += 1;
  REQUIRE(save_tombstone(fs, kStore, later).ok());
  CHECK(load_tombstone(fs, kStore, 5)->deleted_us == tombstone_of(5).deleted_us);
  REQUIRE(remove_tombstone(fs, kStore, 5).ok());
  CHECK_FALSE(*is_deleted(fs, kStore, 5));
}

TEST_CASE("a tombstone under another's name is damage", "[catalog]") {
  io::MemoryFileSystem fs;
  REQUIRE(save_tombstone(fs, kStore, tombstone_of(5)).ok());
  REQUIRE(fs.rename(tombstone_file(kStore, 5), tombstone_file(kStore, 6)).ok());
  CHECK(load_tombstone(fs, kStore, 6).error().code == ErrorCode::damaged);
  CHECK(*is_deleted(fs, kStore, 6));  // the name alone hides
}

TEST_CASE("killed or cut off anywhere, a tombstone is whole or absent", "[catalog]") {
  for (std::uint64_t n = 0, done = 0; done == 0; ++n) {
    INFO("operation " << n << " and all later fail");
    io::MemoryFileSystem fs;
    fs.fail({std::nullopt, n, true, EIO, 3});
    const bool saved = save_tombstone(fs, kStore, tombstone_of(5)).ok();
    done = saved ? 1 : 0;
    const auto killed = fs.kill_process();
    const auto cut = fs.crash();
    for (io::FileSystem* after :
         {static_cast<io::FileSystem*>(killed.get()), static_cast<io::FileSystem*>(cut.get())}) {
      const bool there = *is_deleted(*after, kStore, 5);
      if (saved) CHECK(there);
      if (there) CHECK(load_tombstone(*after, kStore, 5).ok());
      CHECK(save_tombstone(*after, kStore, tombstone_of(5)).ok());
      CHECK(load_tombstone(*after, kStore, 5).ok());
    }
    REQUIRE(n < 50);
  }
}

}  // namespace
}  // namespace reel::catalog
