// What every FileSystem keeps, asked of both.
#include "io/file_system.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/file_view.hpp"
#include "io/memory_file_system.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace reel::io {
namespace {

// One of the two, and a folder in it.
struct Subject {
  explicit Subject(bool real) : fs(real ? posix() : memory), root(real ? dir.path() : "/root") {
    REQUIRE(fs.create_directories(root).ok());
  }
  std::string at(const std::string& name) const { return join(root, name); }
  void write(const std::string& name, std::string_view bytes) {
    auto file = fs.create(at(name));
    REQUIRE(file.ok());
    REQUIRE((*file)->append(bytes).ok());
    REQUIRE((*file)->close().ok());
  }
  std::string content(const std::string& name) { return fs.read(at(name), 1 << 20).value(); }

  test::TempDir dir;
  MemoryFileSystem memory;
  FileSystem& fs;
  std::string root;
};

TEST_CASE("an append file grows and counts whole appends", "[io]") {
  Subject s(GENERATE(true, false));
  auto file = s.fs.create(s.at("log"));
  REQUIRE(file.ok());
  CHECK((*file)->size() == 0);
  CHECK((*file)->append("one").ok());
  CHECK((*file)->append("").ok());
  CHECK((*file)->append(std::string_view("\0two", 4)).ok());
  CHECK((*file)->size() == 7);
  CHECK((*file)->sync().ok());
  CHECK((*file)->close().ok());
  CHECK((*file)->close().ok());
  CHECK((*file)->append("x").error().code == ErrorCode::closed);
  CHECK((*file)->sync().error().code == ErrorCode::closed);
  CHECK(s.content("log") == std::string("one\0two", 7));
  CHECK(s.fs.info(s.at("log"))->size == 7);
}

TEST_CASE("create refuses what exists and says so", "[io]") {
  Subject s(GENERATE(true, false));
  s.write("a", "kept");
  auto again = s.fs.create(s.at("a"));
  REQUIRE(!again.ok());
  CHECK(again.error().code == ErrorCode::io);
  CHECK(again.error().sys_errno == EEXIST);
  CHECK(again.error().file == s.at("a"));
  CHECK(again.error().message.find("remove it or choose another name") != std::string::npos);
  CHECK(s.content("a") == "kept");
  CHECK(s.fs.create_shared(s.at("a"), 4096).error().sys_errno == EEXIST);
  CHECK(s.fs.create(s.at("no/such/folder")).error().code == ErrorCode::not_found);
  CHECK(s.fs.create(s.at("a/b")).error().sys_errno == ENOTDIR);
}

TEST_CASE("folders are made with their parents, listed in order, removed when empty", "[io]") {
  Subject s(GENERATE(true, false));
  CHECK(s.fs.create_directories(s.at("x/y/z")).ok());
  CHECK(s.fs.create_directories(s.at("x/y/z/")).ok());
  CHECK(s.fs.info(s.at("x/y"))->is_directory);
  s.write("x/b", "");
  s.write("x/a", "");
  CHECK(*s.fs.list(s.at("x")) == std::vector<std::string>{"a", "b", "y"});
  CHECK(s.fs.remove(s.at("x")).error().sys_errno == ENOTEMPTY);
  CHECK(s.fs.remove(s.at("x/y/z")).ok());
  CHECK(s.fs.list(s.at("x/y"))->empty());
  CHECK(s.fs.list(s.at("nowhere")).error().code == ErrorCode::not_found);
  CHECK(s.fs.list(s.at("x/a")).error().sys_errno == ENOTDIR);
  CHECK(s.fs.create_directories(s.at("x/a")).error().sys_errno == ENOTDIR);
  CHECK(s.fs.create_directories(s.at("x/a/b")).error().sys_errno == ENOTDIR);
  CHECK(s.fs.sync_directory(s.at("x")).ok());
  CHECK(!s.fs.sync_directory(s.at("nowhere")).ok());
}

TEST_CASE("missing files are not_found everywhere", "[io]") {
  Subject s(GENERATE(true, false));
  const std::string path = s.at("missing");
  CHECK(s.fs.info(path).error().code == ErrorCode::not_found);
  CHECK(s.fs.read(path, 10).error().code == ErrorCode::not_found);
  CHECK(s.fs.map(path).error().code == ErrorCode::not_found);
  CHECK(s.fs.open_shared(path).error().code == ErrorCode::not_found);
  CHECK(s.fs.remove(path).error().code == ErrorCode::not_found);
  CHECK(s.fs.rename(path, s.at("other")).error().code == ErrorCode::not_found);
  CHECK(*s.fs.is_locked(path) == false);
  CHECK(s.fs.info(path).error().code == ErrorCode::not_found);  // asking made nothing
}

TEST_CASE("rename replaces a file and keeps its identity", "[io]") {
  Subject s(GENERATE(true, false));
  s.write("a", "new");
  s.write("b", "old");
  const auto inode = s.fs.info(s.at("a"))->inode;
  CHECK(inode != s.fs.info(s.at("b"))->inode);
  CHECK(s.fs.rename(s.at("a"), s.at("b")).ok());
  CHECK(s.content("b") == "new");
  CHECK(s.fs.info(s.at("b"))->inode == inode);
  CHECK(*s.fs.list(s.root) == std::vector<std::string>{"b"});
  REQUIRE(s.fs.create_directories(s.at("d")).ok());
  CHECK(s.fs.rename(s.at("b"), s.at("d")).error().sys_errno == EISDIR);
  CHECK(s.fs.rename(s.at("d"), s.at("d/e")).error().sys_errno == EINVAL);
}

TEST_CASE("a link is a second name for the same bytes", "[io]") {
  Subject s(GENERATE(true, false));
  s.write("a", "bytes");
  REQUIRE(s.fs.create_directories(s.at("d")).ok());
  REQUIRE(s.fs.link(s.at("a"), s.at("d/b")).ok());
  CHECK(s.fs.info(s.at("d/b"))->inode == s.fs.info(s.at("a"))->inode);
  REQUIRE(s.fs.remove(s.at("a")).ok());
  CHECK(s.content("d/b") == "bytes");
  s.write("c", "other");
  CHECK(s.fs.link(s.at("c"), s.at("d/b")).error().sys_errno == EEXIST);
  CHECK(s.content("d/b") == "bytes");
  CHECK(s.fs.link(s.at("missing"), s.at("e")).error().code == ErrorCode::not_found);
  CHECK(s.fs.link(s.at("c"), s.at("nowhere/e")).error().code == ErrorCode::not_found);
  CHECK(needs_copy(s.fs.link(s.at("d"), s.at("e")).error()));
  CHECK_FALSE(needs_copy(s.fs.link(s.at("c"), s.at("d/b")).error()));
}

TEST_CASE("read is bounded", "[io]") {
  Subject s(GENERATE(true, false));
  s.write("five", "12345");
  CHECK(*s.fs.read(s.at("five"), 5) == "12345");
  CHECK(s.fs.read(s.at("five"), 4).error().code == ErrorCode::too_large);
  CHECK(s.fs.read(s.root, 4).error().sys_errno == EISDIR);
}

TEST_CASE("a mapping shows the file as it was and outlives its name", "[io]") {
  Subject s(GENERATE(true, false));
  auto file = s.fs.create(s.at("f"));
  REQUIRE((*file)->append("abc").ok());
  auto mapping = s.fs.map(s.at("f"));
  REQUIRE(mapping.ok());
  REQUIRE((*file)->append("def").ok());
  CHECK((*mapping)->bytes() == "abc");
  REQUIRE(s.fs.remove(s.at("f")).ok());
  CHECK((*mapping)->bytes() == "abc");
  s.write("empty", "");
  CHECK((*s.fs.map(s.at("empty")))->bytes().empty());
  CHECK(s.fs.map(s.root).error().sys_errno == EISDIR);
}

TEST_CASE("a file that is read piece by piece outlives its name and tells when it was cut",
          "[io]") {
  Subject s(GENERATE(true, false));
  s.write("f", "abcdef");
  auto file = s.fs.open(s.at("f"));
  REQUIRE(file.ok());
  CHECK((*file)->size() == 6);
  char piece[4] = {};
  REQUIRE((*file)->read(2, piece).ok());
  CHECK(std::string_view(piece, 4) == "cdef");
  CHECK((*file)->read(6, {}).ok());
  CHECK((*file)->read(3, piece).error().code == ErrorCode::io);
  REQUIRE(s.fs.remove(s.at("f")).ok());
  CHECK((*file)->read(0, piece).ok());
  CHECK(s.fs.open(s.at("f")).error().code == ErrorCode::not_found);
  CHECK(s.fs.open(s.root).error().sys_errno == EISDIR);
}

TEST_CASE("a view shows the same bytes mapped and read, or their front", "[io]") {
  Subject s(GENERATE(true, false));
  const auto access = GENERATE(Access::map, Access::read);
  s.write("f", "abcdef");
  const auto whole = view_file(s.fs, s.at("f"), access);
  REQUIRE(whole.ok());
  CHECK((*whole)->size() == 6);
  const auto bytes = (*whole)->bytes(1, 3);
  REQUIRE(bytes.ok());
  CHECK(bytes->view == "bcd");
  CHECK((*whole)->bytes(6, 0)->view.empty());
  const auto front = view_file(s.fs, s.at("f"), access, 4);
  CHECK((*front)->size() == 4);
  CHECK((*front)->bytes(0, 4)->view == "abcd");
  CHECK((*view_file(s.fs, s.at("f"), access, 99))->size() == 6);
  CHECK(view_file(s.fs, s.at("g"), access).error().code == ErrorCode::not_found);
}

TEST_CASE("a shared mapping is one memory for all who open it", "[io]") {
  Subject s(GENERATE(true, false));
  constexpr std::uint64_t kSize = 1 << 20;
  auto first = s.fs.create_shared(s.at("arena"), kSize);
  REQUIRE(first.ok());
  CHECK((*first)->size() == kSize);
  REQUIRE((*first)->reserve(5000, 300'000).ok());
  REQUIRE((*first)->reserve(0, kSize).ok());
  CHECK((*first)->reserve(0, 0).ok());
  CHECK((*first)->reserve(1, kSize).error().code == ErrorCode::invalid_argument);
  CHECK((*first)->reserve(~std::uint64_t{0}, 2).error().code == ErrorCode::invalid_argument);
  auto second = s.fs.open_shared(s.at("arena"));
  auto reader = s.fs.map(s.at("arena"));
  REQUIRE(second.ok());
  REQUIRE(reader.ok());
  std::memcpy((*first)->data() + kSize - 3, "end", 3);
  CHECK(std::string_view((*second)->data() + kSize - 3, 3) == "end");
  CHECK((*reader)->bytes().substr(kSize - 3) == "end");
  CHECK((*reader)->bytes().front() == '\0');
  first = Error{};  // unmaps
  CHECK(s.content("arena").substr(kSize - 3) == "end");
  CHECK(!s.fs.create_shared(s.at("none"), 0).ok());
  s.write("empty", "");
  CHECK(s.fs.open_shared(s.at("empty")).error().code == ErrorCode::damaged);
}

TEST_CASE("a lock is exclusive until released", "[io]") {
  Subject s(GENERATE(true, false));
  auto held = s.fs.lock(s.at("LOCK"));
  REQUIRE(held.ok());
  CHECK(*s.fs.is_locked(s.at("LOCK")));
  auto other = s.fs.lock(s.at("LOCK"));
  REQUIRE(!other.ok());
  CHECK(other.error().code == ErrorCode::busy);
  CHECK(other.error().message.find(std::to_string(::getpid())) != std::string::npos);
  (void)s.fs.read(s.at("LOCK"), 4096);  // opening and closing it elsewhere changes nothing
  CHECK(*s.fs.is_locked(s.at("LOCK")));
  held = Error{};
  CHECK_FALSE(*s.fs.is_locked(s.at("LOCK")));
  CHECK(s.fs.lock(s.at("LOCK")).ok());
}

TEST_CASE("replace_file leaves the new content and no temporary", "[io]") {
  Subject s(GENERATE(true, false));
  CHECK(replace_file(s.fs, s.at("id"), "first").ok());
  s.write("id.tmp", "left over by a crash");
  CHECK(replace_file(s.fs, s.at("id"), "second").ok());
  CHECK(s.content("id") == "second");
  CHECK(*s.fs.list(s.root) == std::vector<std::string>{"id"});
}

TEST_CASE("space tells what is free", "[io]") {
  Subject s(GENERATE(true, false));
  CHECK(s.fs.space(s.root)->free_bytes > 0);
  CHECK(s.fs.space(s.at("nowhere")).error().code == ErrorCode::not_found);
}

TEST_CASE("join puts one slash between", "[io]") {
  CHECK(join("a", "b") == "a/b");
  CHECK(join("a/", "b") == "a/b");
  CHECK(join("/", "b") == "/b");
  CHECK(join("", "b") == "b");
}

}  // namespace
}  // namespace reel::io
