// What only the real file system can show: permissions, links, processes.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "io/file_system.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace reel::io {
namespace {

unsigned mode_of(const std::string& path) {
  struct ::stat stat {};
  REQUIRE(::lstat(path.c_str(), &stat) == 0);
  return stat.st_mode & 07777U;
}

// Runs `body` in a forked child; its answer is the child's exit code.
template <class Body>
pid_t in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}
int exit_code(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

TEST_CASE("files are private whatever the umask", "[io][posix]") {
  test::TempDir dir;
  const Umask umask(static_cast<mode_t>(GENERATE(0, 0777, 022)));
  REQUIRE(posix().create_directories(dir.file("a/b")).ok());
  CHECK(mode_of(dir.file("a")) == 0700);
  CHECK(mode_of(dir.file("a/b")) == 0700);
  REQUIRE(posix().create(dir.file("a/file")).ok());
  CHECK(mode_of(dir.file("a/file")) == 0600);
  REQUIRE(posix().create_shared(dir.file("a/shared"), 4096).ok());
  CHECK(mode_of(dir.file("a/shared")) == 0600);
  REQUIRE(posix().lock(dir.file("a/lock")).ok());
  CHECK(mode_of(dir.file("a/lock")) == 0600);
  REQUIRE(replace_file(posix(), dir.file("a/replaced"), "x").ok());
  CHECK(mode_of(dir.file("a/replaced")) == 0600);
}

TEST_CASE("symbolic links are not followed", "[io][posix]") {
  test::TempDir dir;
  const std::string target = dir.file("target"), link = dir.file("link");
  REQUIRE((*posix().create(target))->append("secret").ok());
  std::filesystem::create_symlink(target, link);
  CHECK(posix().read(link, 100).error().sys_errno == ELOOP);
  CHECK(posix().map(link).error().sys_errno == ELOOP);
  CHECK(posix().open_shared(link).error().sys_errno == ELOOP);
  CHECK(posix().lock(link).error().sys_errno == ELOOP);
  CHECK(posix().is_locked(link).error().sys_errno == ELOOP);
  CHECK(posix().create(link).error().sys_errno == EEXIST);
  std::filesystem::create_symlink(dir.file("absent"), dir.file("dangling"));
  CHECK(!posix().create(dir.file("dangling")).ok());
  CHECK(!std::filesystem::exists(dir.file("absent")));
}

TEST_CASE("a fifo in a file's place does not hang", "[io][posix]") {
  test::TempDir dir;
  REQUIRE(::mkfifo(dir.file("fifo").c_str(), 0600) == 0);
  CHECK(posix().read(dir.file("fifo"), 100).error().code == ErrorCode::io);
  CHECK(!posix().map(dir.file("fifo")).ok());
  CHECK(!posix().open_shared(dir.file("fifo")).ok());
  CHECK(!posix().lock(dir.file("fifo")).ok());
}

TEST_CASE("another user's shared file is refused", "[io][posix]") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can give a file away");
    return;
  }
  test::TempDir dir;
  REQUIRE(posix().create_shared(dir.file("arena"), 4096).ok());
  REQUIRE(::chown(dir.file("arena").c_str(), 12345, 12345) == 0);
  const auto opened = posix().open_shared(dir.file("arena"));
  REQUIRE(!opened.ok());
  CHECK(opened.error().message.find("another user") != std::string::npos);
}

TEST_CASE("the lock file says who holds it", "[io][posix]") {
  test::TempDir dir;
  const auto held = posix().lock(dir.file("LOCK"));
  REQUIRE(held.ok());
  const std::string line = posix().read(dir.file("LOCK"), 4096).value();
  CHECK(line.rfind(std::to_string(::getpid()) + ' ', 0) == 0);
  CHECK(line.back() == '\n');
}

TEST_CASE("a lock keeps other processes out and names its holder", "[io][posix]") {
  test::TempDir dir;
  const auto held = posix().lock(dir.file("LOCK"));
  REQUIRE(held.ok());
  const std::string parent = std::to_string(::getpid());
  const pid_t child = in_child([&] {
    const auto other = posix().lock(dir.file("LOCK"));
    if (other.ok() || other.error().code != ErrorCode::busy) return 1;
    if (other.error().message.find(parent) == std::string::npos) return 2;
    return *posix().is_locked(dir.file("LOCK")) ? 0 : 3;
  });
  CHECK(exit_code(child) == 0);
}

TEST_CASE("a forked child neither holds nor releases its parent's lock", "[io][posix]") {
  test::TempDir dir;
  auto held = posix().lock(dir.file("LOCK"));
  REQUIRE(held.ok());
  int gate[2];
  REQUIRE(::pipe(gate) == 0);
  const pid_t child = in_child([&] {
    held = Error{};  // the child's copy of the handle
    char byte;
    return ::read(gate[0], &byte, 1) == 1 ? 0 : 1;  // lives on, until told
  });
  CHECK(*posix().is_locked(dir.file("LOCK")));
  held = Error{};
  CHECK_FALSE(*posix().is_locked(dir.file("LOCK")));  // though the child lives
  REQUIRE(::write(gate[1], "x", 1) == 1);
  CHECK(exit_code(child) == 0);
  ::close(gate[0]);
  ::close(gate[1]);
}

TEST_CASE("SIGKILL releases a lock though a grandchild lives on", "[io][posix]") {
  test::TempDir dir;
  int ready[2], gate[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(gate) == 0);
  const pid_t child = in_child([&] {
    const auto held = posix().lock(dir.file("LOCK"));
    in_child([&] {
      char byte;
      ::close(gate[1]);
      if (::write(ready[1], "x", 1) != 1) return 1;
      return static_cast<int>(::read(gate[0], &byte, 1));  // until the test closes the gate
    });
    while (held.ok()) ::pause();
    return 1;
  });
  char byte;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(*posix().is_locked(dir.file("LOCK")));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(*posix().is_locked(dir.file("LOCK")));
  CHECK(posix().lock(dir.file("LOCK")).ok());
  for (const int fd : {ready[0], ready[1], gate[0], gate[1]}) ::close(fd);
}

TEST_CASE("stores into a shared mapping survive SIGKILL", "[io][posix]") {
  test::TempDir dir;
  const pid_t child = in_child([&] {
    auto arena = posix().create_shared(dir.file("arena"), 1 << 16);
    if (!arena || !(*arena)->reserve(0, 1 << 16)) return 1;
    std::memcpy((*arena)->data() + 40'000, "alive", 5);
    ::kill(::getpid(), SIGKILL);
    return 2;
  });
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  auto arena = posix().open_shared(dir.file("arena"));
  REQUIRE(arena.ok());
  CHECK(std::string_view((*arena)->data() + 40'000, 5) == "alive");
}

TEST_CASE("a refused append says where, its bytes stay and are written over", "[io][posix]") {
  test::TempDir dir;
  const pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{8192, 8192};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    auto file = posix().create(dir.file("f"));
    if (!file || !(*file)->append(std::string(8000, 'a'))) return 2;
    const Status status = (*file)->append(std::string(1000, 'b'));  // 192 of them fit
    if (status.ok() || status.error().sys_errno != EFBIG) return 3;
    if (status.error().offset != 8192 || (*file)->size() != 8000) return 4;
    return (*file)->append(std::string(100, 'c')).ok() ? 0 : 5;
  });
  REQUIRE(exit_code(child) == 0);
  CHECK(posix().read(dir.file("f"), 1 << 20).value() ==
        std::string(8000, 'a') + std::string(100, 'c') + std::string(92, 'b'));
}

TEST_CASE("tmpfs is told apart", "[io][posix]") {
  const auto shm = posix().space("/dev/shm");
  if (!shm) {
    WARN("skipped: no /dev/shm here");
    return;
  }
  CHECK(shm->is_tmpfs);
  CHECK_FALSE(posix().space("/proc")->is_tmpfs);
}

}  // namespace
}  // namespace reel::io
