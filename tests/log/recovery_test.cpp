// Killed at any moment: everything that record() answered `ok` for is there afterwards, once.
#include "log/recovery.hpp"

#include <map>
#include <random>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// Random recording, stepping and reopening of streams on one open log.
class Session {
 public:
  Session(Core core, std::uint64_t seed, Expected& expected)
      : core_(std::move(core)), random_(seed), events_(seed), expected_(expected) {}

  void run(int actions, TestClock& clock) {
    for (int i = 0; i < actions; ++i) {
      clock.advance(static_cast<std::int64_t>(random_() % 3000));
      switch (random_() % 12) {
        case 0:
          REQUIRE(core_->step().ok());
          break;
        case 1:
          streams_.erase(pick());  // closes without release, as a crash would; see release()
          break;
        default:
          record_one();
      }
    }
  }

 private:
  std::string pick() { return "stream-" + std::to_string(random_() % 7); }

  void record_one() {
    const std::string id = pick();
    auto found = streams_.find(id);
    if (found == streams_.end()) {
      auto opened = core_->recorder(id, "l0");
      if (!opened) {
        REQUIRE(opened.error().code == ErrorCode::busy);  // "closed" without release
        return;
      }
      found = streams_.emplace(id, std::move(*opened)).first;
    }
    const Event event = events_.event();
    const std::uint64_t seq = found->second->next_seq;
    REQUIRE(record_event(*found->second, event) == Append::ok);
    expected_[id].push_back(describe(seq, event));
  }

  Core core_;
  std::mt19937_64 random_;
  RandomEvents events_;
  Expected& expected_;
  std::map<std::string, std::unique_ptr<detail::RecorderState>> streams_;
};

}  // namespace

TEST_CASE("what was recorded survives a kill at any moment, once", "[log][recovery]") {
  const std::uint64_t seed = 20240607;
  for (std::uint64_t round = 0; round < 60; ++round) {
    INFO("seed " << seed + round);
    TestClock clock;
    Expected expected;
    auto fs = std::make_unique<io::MemoryFileSystem>();
    for (int life = 0; life < 3; ++life) {
      Core core = opened(*fs, clock);
      check_same(expected, *fs);
      Session(core, seed + round * 10 + static_cast<std::uint64_t>(life), expected)
          .run(static_cast<int>(20 + round * 5), clock);
      auto after = fs->kill_process();
      check_same(expected, *after);  // a reader sees it before recovery
      core.reset();                  // the dead process's objects work on the old tree
      fs = std::move(after);
    }
    const Core core = opened(*fs, clock);
    CHECK_FALSE(core->recovery().clean);
    const CloseReport report = core->close(1000);
    CHECK(report.status.ok());
    check_same(expected, *fs);
  }
}

TEST_CASE("killed during recovery, at every operation, nothing is lost or doubled",
          "[log][recovery]") {
  TestClock clock;
  Expected expected;
  io::MemoryFileSystem first;
  const Core core = opened(first, clock);
  Session(core, 77, expected).run(300, clock);
  const auto crashed = first.kill_process();

  for (std::uint64_t n = 0;; ++n) {
    INFO("operation " << n);
    const auto fs = crashed->kill_process();
    fs->fail({std::nullopt, n, true, EIO, 0});
    const auto tried = open_core(*fs, clock, stepped_options());
    const auto after = fs->kill_process();
    check_same(expected, *after);
    const Core again = opened(*after, clock);
    check_same(expected, *after);
    if (tried.ok()) {
      CHECK(n > 10);
      break;
    }
  }
}

TEST_CASE("one operation of a recovery fails, and all goes on: nothing is lost or doubled",
          "[log][recovery]") {
  TestClock clock;
  Expected expected;
  io::MemoryFileSystem first;
  const Core core = opened(first, clock);
  Session(core, 78, expected).run(300, clock);
  const auto crashed = first.kill_process();
  for (std::uint64_t n = 0;; ++n) {
    INFO("operation " << n);
    const auto fs = crashed->kill_process();
    fs->fail({std::nullopt, n, false, EIO, 0});
    const std::uint64_t before = fs->operations();
    { const auto tried = open_core(*fs, clock, stepped_options()); }
    const bool beyond = fs->operations() - before <= n;
    fs->clear_faults();
    check_same(expected, *fs);
    { const Core again = opened(*fs, clock); }
    check_same(expected, *fs);
    if (!beyond) continue;
    CHECK(n > 20);
    break;
  }
}

TEST_CASE("a copied store leaves the original's arena alone", "[log][recovery]") {
  TestClock clock;
  Expected expected;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  Session(core, 5, expected).run(50, clock);
  auto copy = fs.kill_process();
  // The same bytes in a folder with another inode.
  REQUIRE(copy->rename("/store", "/original").ok());
  REQUIRE(copy->create_directories("/store/lanes/0000").ok());
  for (const char* name : {"reel.store", "lanes/0000/catalog", "lanes/0000/arena.ref"}) {
    const auto bytes = copy->read(io::join("/original", name), 1 << 20);
    REQUIRE(bytes.ok());
    REQUIRE(io::replace_file(*copy, io::join("/store", name), *bytes).ok());
  }
  const auto ref = catalog::load_arena_ref(*copy, "/store/lanes/0000");
  REQUIRE(ref.ok());
  const Core of_copy = opened(*copy, clock);
  CHECK(of_copy->recovery().recovered_events == 0);
  CHECK_FALSE(of_copy->recovery().notes.empty());
}

TEST_CASE("a lost catalog: segments are found by their names, streams go on", "[log][recovery]") {
  TestClock clock;
  Expected expected;
  io::MemoryFileSystem fs;
  Core core = opened(fs, clock);
  Session(core, 11, expected).run(100, clock);
  REQUIRE(core->close(1000).status.ok());
  REQUIRE(fs.remove("/store/lanes/0000/catalog").ok());
  core = opened(fs, clock);
  CHECK_FALSE(core->recovery().notes.empty());
  Session(core, 12, expected).run(100, clock);
  REQUIRE(core->close(1000).status.ok());
  check_same(expected, fs);
}
