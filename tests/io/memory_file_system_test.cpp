// Faults, a full disk, kills and power cuts.
#include "io/memory_file_system.hpp"

#include <algorithm>
#include <cstring>

#include "support/catch.hpp"

namespace reel::io {
namespace {

std::unique_ptr<AppendFile> make(FileSystem& fs, const std::string& path, std::string_view bytes) {
  auto file = fs.create(path);
  REQUIRE(file.ok());
  REQUIRE((*file)->append(bytes).ok());
  return *std::move(file);
}

TEST_CASE("a fault hits the n-th operation, once or for ever", "[io][memory]") {
  MemoryFileSystem fs;
  auto file = make(fs, "/f", "");
  fs.fail({Operation::append, 2, false, EIO, 0});
  CHECK(file->append("a").ok());
  CHECK(file->sync().ok());  // of another kind: not counted
  CHECK(file->append("b").ok());
  const Status failed = file->append("c");
  CHECK(failed.error().sys_errno == EIO);
  CHECK(failed.error().file == "/f");
  CHECK(failed.error().offset == 2);
  CHECK(file->append("d").ok());
  CHECK(*fs.read("/f", 10) == "abd");
  fs.fail({Operation::append, 1, true, ENOSPC, 0});
  CHECK(file->append("e").ok());
  CHECK(file->append("f").error().sys_errno == ENOSPC);
  CHECK(file->append("g").error().sys_errno == ENOSPC);
  fs.clear_faults();
  CHECK(file->append("h").ok());
  CHECK(*fs.read("/f", 10) == "abdeh");
}

TEST_CASE("every operation is counted and can fail", "[io][memory]") {
  // A script of one operation of each kind; `failures` counts those that did not work.
  const auto run = [](MemoryFileSystem& fs) {
    int failures = 0;
    const auto note = [&](bool ok) { failures += ok ? 0 : 1; };
    note(fs.create_directories("/d").ok());
    auto file = fs.create("/d/f");
    note(file.ok());
    if (file) {
      note((*file)->append("x").ok());
      note((*file)->sync().ok());
      note((*file)->close().ok());
    }
    note(fs.list("/").ok());
    note(fs.info("/").ok());
    auto shared = fs.create_shared("/s", 4096);
    note(shared.ok());
    if (shared) note((*shared)->reserve(0, 4096).ok());
    note(fs.open_shared("/s").ok());
    note(fs.map("/s").ok());
    note(fs.read("/s", 4096).ok());
    note(fs.lock("/l").ok());
    note(fs.is_locked("/l").ok());
    note(fs.space("/").ok());
    note(fs.sync_directory("/").ok());
    note(fs.link("/s", "/u").ok());
    note(fs.rename("/s", "/t").ok());
    note(fs.remove("/t").ok());
    return failures;
  };
  MemoryFileSystem clean;
  REQUIRE(run(clean) == 0);
  REQUIRE(clean.operations() == kOperationKinds);
  for (std::size_t kind = 0; kind < kOperationKinds; ++kind) {
    CHECK(clean.operations(static_cast<Operation>(kind)) == 1);
    MemoryFileSystem by_kind, by_number;
    by_kind.fail({static_cast<Operation>(kind), 0, false, EIO, 0});
    CHECK(run(by_kind) >= 1);
    by_number.fail({std::nullopt, kind, false, EIO, 0});
    CHECK(run(by_number) >= 1);
  }
}

TEST_CASE("a torn append leaves a prefix that the next append replaces", "[io][memory]") {
  MemoryFileSystem fs;
  auto file = make(fs, "/f", "head");
  fs.fail({Operation::append, 0, false, EIO, 3});
  CHECK(!file->append("abcdef").ok());
  CHECK(file->size() == 4);
  CHECK(*fs.read("/f", 10) == "headabc");
  CHECK(file->append("Z").ok());
  CHECK(*fs.read("/f", 10) == "headZbc");
}

TEST_CASE("a failed sync cannot be repeated and keeps nothing", "[io][memory]") {
  MemoryFileSystem fs;
  auto file = make(fs, "/f", "safe");
  REQUIRE(file->sync().ok());
  REQUIRE(fs.sync_directory("/").ok());
  REQUIRE(file->append("+lost").ok());
  fs.fail({Operation::sync, 0, false, EIO, 0});
  CHECK(file->sync().error().sys_errno == EIO);
  CHECK(!file->sync().ok());
  CHECK(!file->append("more").ok());
  CHECK(*fs.crash()->read("/f", 100) == "safe");
}

TEST_CASE("capacity bounds append and reserve", "[io][memory]") {
  MemoryFileSystem fs(10'000);
  auto file = make(fs, "/f", std::string(6000, 'x'));
  CHECK(fs.space("/")->free_bytes == 4000);
  CHECK(file->append(std::string(4001, 'y')).error().sys_errno == ENOSPC);
  auto shared = fs.create_shared("/s", 1 << 20);  // sparse: costs nothing yet
  REQUIRE(shared.ok());
  CHECK((*shared)->reserve(0, 1).error().sys_errno == ENOSPC);
  fs.set_capacity(20'000);
  CHECK((*shared)->reserve(100, 8092).ok());
  CHECK((*shared)->reserve(0, 8192).ok());  // the same two pages
  CHECK(fs.space("/")->free_bytes == 20'000 - 6000 - 8192);
  file.reset();
  CHECK(fs.remove("/f").ok());
  CHECK(fs.space("/")->free_bytes == 20'000 - 8192);
}

TEST_CASE("a killed process leaves all it wrote and no lock", "[io][memory]") {
  MemoryFileSystem fs;
  auto file = make(fs, "/f", "unsynced");
  auto shared = fs.create_shared("/arena", 8192);
  std::memcpy((*shared)->data() + 5000, "frame", 5);
  const auto lock = fs.lock("/LOCK");
  fs.fail({std::nullopt, 0, true, EIO, 0});
  const auto after = fs.kill_process();
  CHECK(*after->read("/f", 100) == "unsynced");
  CHECK((*after->open_shared("/arena"))->data()[5000] == 'f');
  CHECK_FALSE(*after->is_locked("/LOCK"));
  CHECK(after->lock("/LOCK").ok());
  // The dead process's handles reach its own file system only.
  fs.clear_faults();
  CHECK(file->append(" ghost").ok());
  (*shared)->data()[5000] = 'X';
  CHECK(*after->read("/f", 100) == "unsynced");
  CHECK((*after->open_shared("/arena"))->data()[5000] == 'f');
  // What was not synced before the kill is still not durable after it.
  CHECK(after->crash()->info("/f").error().code == ErrorCode::not_found);
}

TEST_CASE("a power cut keeps synced bytes under synced names", "[io][memory]") {
  MemoryFileSystem fs;
  REQUIRE(fs.create_directories("/d").ok());  // durable by itself
  auto both = make(fs, "/d/both", "durable");
  REQUIRE(both->sync().ok());
  REQUIRE(make(fs, "/d/name", "bytes never synced") != nullptr);
  REQUIRE(fs.sync_directory("/d").ok());
  REQUIRE(both->append(" tail").ok());
  REQUIRE(make(fs, "/d/bytes", "synced, name not")->sync().ok());
  const auto after = fs.crash();
  CHECK(*after->list("/d") == std::vector<std::string>{"both", "name"});
  CHECK(*after->read("/d/both", 100) == "durable");
  CHECK(after->read("/d/name", 100)->empty());
  const auto names = fs.crash({Unsynced::lost, true, 0});
  CHECK(*names->read("/d/bytes", 100) == "synced, name not");
  CHECK(*fs.crash({Unsynced::kept, false, 0})->read("/d/both", 100) == "durable tail");
  CHECK(*fs.crash({Unsynced::zeroed, false, 0})->read("/d/both", 100) ==
        std::string("durable\0\0\0\0\0", 12));
}

TEST_CASE("renames and removals need a synced folder", "[io][memory]") {
  MemoryFileSystem fs;
  REQUIRE(replace_file(fs, "/id", "old").ok());
  CHECK(*fs.crash()->read("/id", 10) == "old");
  REQUIRE(make(fs, "/id.new", "new")->sync().ok());
  REQUIRE(fs.rename("/id.new", "/id").ok());
  CHECK(*fs.read("/id", 10) == "new");
  CHECK(*fs.crash()->read("/id", 10) == "old");
  CHECK(*fs.crash({Unsynced::lost, true, 0})->read("/id", 10) == "new");
  REQUIRE(fs.sync_directory("/").ok());
  CHECK(*fs.crash()->read("/id", 10) == "new");
  REQUIRE(fs.remove("/id").ok());
  CHECK(fs.crash()->info("/id").ok());
  REQUIRE(fs.sync_directory("/").ok());
  CHECK(!fs.crash()->info("/id").ok());
}

TEST_CASE("a link needs a synced folder, and shares what is synced", "[io][memory]") {
  MemoryFileSystem fs;
  REQUIRE(replace_file(fs, "/a", "old").ok());
  REQUIRE(fs.link("/a", "/b").ok());
  CHECK(!fs.crash()->info("/b").ok());
  CHECK(*fs.crash({Unsynced::lost, true, 0})->read("/b", 10) == "old");
  REQUIRE(fs.sync_directory("/").ok());
  CHECK(*fs.crash()->read("/b", 10) == "old");
  CHECK(fs.crash()->info("/a")->inode == fs.crash()->info("/b")->inode);
  fs.fail({Operation::link, 0, false, EMLINK, 0});
  CHECK(needs_copy(fs.link("/a", "/c").error()));
}

TEST_CASE("replace_file is old or new at every cut", "[io][memory]") {
  for (std::uint64_t n = 0;; ++n) {
    MemoryFileSystem fs;
    REQUIRE(replace_file(fs, "/id", "old").ok());
    fs.fail({std::nullopt, n, true, EIO, 1});
    const bool done = replace_file(fs, "/id", "new").ok();
    for (const bool keep_names : {false, true}) {
      const std::string left = fs.crash({Unsynced::torn, keep_names, n})->read("/id", 10).value();
      CHECK((left == "new" || (!done && left == "old")));
    }
    if (done) break;
    REQUIRE(n < 20);
  }
}

TEST_CASE("a torn power cut keeps a random prefix, the same for a seed", "[io][memory]") {
  MemoryFileSystem fs;
  auto file = make(fs, "/f", "0123456789");
  REQUIRE(file->sync().ok());
  REQUIRE(fs.sync_directory("/").ok());
  const std::string tail = "abcdefghijklmnopqrstuvwxyz";
  REQUIRE(file->append(tail).ok());
  std::vector<bool> lengths(tail.size() + 1);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const CrashOptions options{Unsynced::torn, false, seed};
    const std::string left = fs.crash(options)->read("/f", 100).value();
    REQUIRE(left == ("0123456789" + tail).substr(0, left.size()));
    REQUIRE(left.size() >= 10);
    REQUIRE(left == fs.crash(options)->read("/f", 100).value());
    lengths[left.size() - 10] = true;
  }
  CHECK(std::count(lengths.begin(), lengths.end(), true) == 27);
}

TEST_CASE("a power cut empties tmpfs and blanks shared mappings", "[io][memory]") {
  MemoryFileSystem fs;
  REQUIRE(fs.mount_tmpfs("/dev/shm", 64 << 10).ok());
  CHECK(fs.space("/dev/shm")->is_tmpfs);
  CHECK(fs.space("/dev/shm")->free_bytes == 64 << 10);
  CHECK_FALSE(fs.space("/")->is_tmpfs);
  CHECK(fs.info("/dev/shm")->device != fs.info("/")->device);
  auto quick = fs.create_shared("/dev/shm/arena", 1 << 20);
  CHECK((*quick)->reserve(0, 1 << 20).error().sys_errno == ENOSPC);
  auto slow = fs.create_shared("/arena", 4096);
  (*slow)->data()[7] = 'x';
  REQUIRE(fs.sync_directory("/").ok());
  REQUIRE(fs.sync_directory("/dev/shm").ok());
  CHECK(fs.rename("/arena", "/dev/shm/b").error().sys_errno == EXDEV);
  CHECK(needs_copy(fs.link("/arena", "/dev/shm/b").error()));
  const auto after = fs.crash();
  CHECK(after->list("/dev/shm")->empty());
  CHECK(after->space("/dev/shm")->free_bytes == 64 << 10);
  CHECK((*after->map("/arena"))->bytes() == std::string(4096, '\0'));
  CHECK((*fs.crash({Unsynced::kept, false, 0})->map("/arena"))->bytes()[7] == 'x');
  CHECK((*fs.kill_process()->map("/dev/shm/arena"))->bytes().size() == 1 << 20);
}

}  // namespace
}  // namespace reel::io
