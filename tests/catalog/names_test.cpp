#include <filesystem>

#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel::catalog {
namespace {

TEST_CASE("names of a store's files") {
  CHECK(store_file("s") == "s/reel.store");
  CHECK(lane_directory("s", 0) == "s/lanes/0000");
  CHECK(lane_directory("s", 12345) == "s/lanes/12345");
  CHECK(lock_file("l") == "l/lock");
  CHECK(catalog_file("l") == "l/catalog");
  CHECK(arena_ref_file("l") == "l/arena.ref");
  CHECK(segment_file("l", 1) == "l/0000000001.seg");
  CHECK(segment_file("l", 12345678901) == "l/12345678901.seg");
}

TEST_CASE("a segment's number stands in its name in one way only") {
  CHECK(segment_number("0000000001.seg") == 1);
  CHECK(segment_number("12345678901.seg") == 12345678901);
  CHECK(segment_number("18446744073709551615.seg") == UINT64_MAX);
  for (const char* name : {"", ".seg", "1.seg", "00000000001.seg", "0000000001", "000000000x.seg",
                           "0000000001.seg.tmp", "+000000001.seg", "18446744073709551616.seg"}) {
    INFO(name);
    CHECK_FALSE(segment_number(name));
  }
}

TEST_CASE("lanes are listed by number, other names are no lanes") {
  const test::TempDir folder;
  for (const char* name : {"lanes/0010", "lanes/0002", "lanes/10000", "lanes/00001", "lanes/x"}) {
    std::filesystem::create_directories(folder.file(name));
  }
  test::write_bytes(folder.file("lanes/0003"), "a file");
  const auto lanes = list_lanes(io::posix(), folder.path());
  REQUIRE(lanes.ok());
  CHECK(*lanes == std::vector<std::uint32_t>{2, 10, 10000});
}

}  // namespace
}  // namespace reel::catalog
