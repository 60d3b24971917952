#include <unistd.h>

#include <filesystem>

#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_dir.hpp"

namespace reel::catalog {
namespace {

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

constexpr std::int64_t kNowUs = 1705619139921994;

TEST_CASE("a store is made once and keeps its identity") {
  const test::TempDir folder;
  const std::string store = folder.file("deep/store");
  const auto made = create_store(io::posix(), store, kNowUs);
  REQUIRE(made.ok());
  CHECK(made->created_us == kNowUs);
  CHECK(made->format_version == 1);
  CHECK_FALSE(made->uuid == segment::Uuid{});
  CHECK(uuid_text(made->uuid).size() == 36);

  const auto again = create_store(io::posix(), store, kNowUs + 1);
  REQUIRE(again.ok());
  CHECK(again->uuid == made->uuid);
  CHECK(again->created_us == kNowUs);
  const auto loaded = load_store(io::posix(), store);
  REQUIRE(loaded.ok());
  CHECK(loaded->uuid == made->uuid);
  const auto lanes = list_lanes(io::posix(), store);
  REQUIRE(lanes.ok());
  CHECK(*lanes == std::vector<std::uint32_t>{0});
}

TEST_CASE("two stores have two identities") {
  const test::TempDir folder;
  const auto a = create_store(io::posix(), folder.file("a"), kNowUs);
  const auto b = create_store(io::posix(), folder.file("b"), kNowUs);
  REQUIRE((a.ok() && b.ok()));
  CHECK_FALSE(a->uuid == b->uuid);
}

TEST_CASE("an interrupted creation is finished") {
  const test::TempDir folder;
  std::filesystem::create_directories(folder.file("lanes/0000"));
  test::write_bytes(folder.file("reel.store.tmp"), "reel st");
  test::write_bytes(folder.file("lanes/0000/lock"), "");
  CHECK(create_store(io::posix(), folder.path(), kNowUs).ok());
  CHECK(load_store(io::posix(), folder.path()).ok());
}

TEST_CASE("what is no store is said") {
  const test::TempDir folder;
  const auto both = [&](const std::string& path, ErrorCode code, const std::string& words) {
    const auto loaded = load_store(io::posix(), path);
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().code == code);
    INFO(loaded.error().to_string());
    CHECK(contains(loaded.error().to_string(), words));
    CHECK(contains(loaded.error().to_string(), path));
  };
  both(folder.file("absent"), ErrorCode::not_found, "no such folder");
  std::filesystem::create_directory(folder.file("empty"));
  both(folder.file("empty"), ErrorCode::not_a_store, "empty");
  std::filesystem::create_directory(folder.file("other"));
  test::write_bytes(folder.file("other/notes.txt"), "mine");
  both(folder.file("other"), ErrorCode::not_a_store, "`notes.txt`");
  both(folder.file("other/notes.txt"), ErrorCode::not_a_store, "this is a file");

  for (const char* path : {"other", "other/notes.txt"}) {
    const auto made = create_store(io::posix(), folder.file(path), kNowUs);
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().code == ErrorCode::not_a_store);
  }
  CHECK(test::read_bytes(folder.file("other/notes.txt")) == "mine");
  CHECK_FALSE(std::filesystem::exists(folder.file("other/reel.store")));
}

TEST_CASE("a store of a newer format is not touched") {
  const test::TempDir folder;
  const Records records = {{"format", "2"}, {"shape", "unknown"}};
  test::write_bytes(folder.file("reel.store"), encode_records("reel store", records));
  const auto loaded = create_store(io::posix(), folder.path(), kNowUs);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == ErrorCode::not_a_store);
  CHECK(contains(loaded.error().message, "upgrade reel"));
}

TEST_CASE("a damaged reel.store is damage, not a new store") {
  const test::TempDir folder;
  REQUIRE(create_store(io::posix(), folder.path(), kNowUs).ok());
  std::string text = test::read_bytes(folder.file("reel.store"));
  text[20] = static_cast<char>(text[20] ^ 1);
  test::write_bytes(folder.file("reel.store"), text);
  const auto loaded = create_store(io::posix(), folder.path(), kNowUs);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == ErrorCode::damaged);
}

TEST_CASE("values that cannot be are damage though the checksum holds") {
  const test::TempDir folder;
  const std::string uuid = "0190b6c1-6a7e-4d3c-9f2e-3a51c0de4b11";
  const auto load = [&](const Records& records) {
    test::write_bytes(folder.file("reel.store"), encode_records("reel store", records));
    return load_store(io::posix(), folder.path()).status().error().code;
  };
  CHECK(load({{"format", "1"}, {"uuid", uuid}, {"created_us", "5"}}) == ErrorCode::ok);
  CHECK(load({{"format", "0"}, {"uuid", uuid}, {"created_us", "5"}}) == ErrorCode::damaged);
  CHECK(load({{"uuid", uuid}, {"created_us", "5"}}) == ErrorCode::damaged);
  CHECK(load({{"format", "1"}, {"uuid", uuid + "0"}, {"created_us", "5"}}) == ErrorCode::damaged);
  CHECK(load({{"format", "1"}, {"uuid", uuid}, {"created_us", "soon"}}) == ErrorCode::damaged);
}

TEST_CASE("a folder without permission says so") {
  if (::geteuid() == 0) {
    WARN("skipped: root may read everything");
    return;
  }
  const test::TempDir folder;
  REQUIRE(create_store(io::posix(), folder.file("s"), kNowUs).ok());
  std::filesystem::permissions(folder.file("s"), std::filesystem::perms::none);
  const auto loaded = load_store(io::posix(), folder.file("s"));
  std::filesystem::permissions(folder.file("s"), std::filesystem::perms::owner_all);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == ErrorCode::io);
  CHECK(contains(loaded.error().message, "permissions"));
}

}  // namespace
}  // namespace reel::catalog
