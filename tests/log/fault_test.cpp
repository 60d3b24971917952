// Disks that fail, fill up and lose power under a log.
#include <map>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

class Recording {
 public:
  Recording(detail::LogCore& core, Expected& expected) : expected_(expected) {
    for (const char* id : {"a", "b", "c"}) {
      auto opened = core.recorder(id, "l0");
      INFO(opened.status().to_string());
      REQUIRE(opened.ok());
      streams_.emplace(id, std::move(*opened));
    }
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id(1, static_cast<char>('a' + events_.below(3)));
      const Event event = events_.event();
      detail::RecorderState& stream = *streams_.at(id);
      const std::uint64_t seq = stream.next_seq;
      REQUIRE(record_event(stream, event) == Append::ok);
      expected_[id].push_back(describe(seq, event));
    }
  }

 private:
  Expected& expected_;
  RandomEvents events_{99};
  std::map<std::string, std::unique_ptr<detail::RecorderState>> streams_;
};

}  // namespace

TEST_CASE("a full disk is waited out: recording goes on, writing resumes", "[log][fault]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  REQUIRE(fs.mount_tmpfs("/dev/shm", std::uint64_t{64} << 20).ok());
  const Core core = opened(fs, clock);
  Expected expected;
  Recording recording(*core, expected);
  recording.record(200);
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  fs.set_capacity(0);
  recording.record(200);
  CHECK_FALSE(core->wait_for(writer::Demand::sync, 10).ok());
  CHECK(core->watermarks().durable == 200);
  CHECK(core->stats().errors >= 1);
  recording.record(50);
  fs.set_capacity(std::uint64_t{1} << 30);
  CHECK(core->wait_for(writer::Demand::sync, 1000).ok());
  CHECK(core->watermarks().durable == 450);
  REQUIRE(core->close(1000).status.ok());
  check_same(expected, fs);
}

TEST_CASE("a failed sync: the contents move to a new file, the old one is never trusted",
          "[log][fault]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  Expected expected;
  Recording recording(*core, expected);
  recording.record(100);
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  recording.record(100);
  REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
  io::Fault fault;
  fault.kind = io::Operation::sync;
  fs.fail(fault);
  CHECK(core->wait_for(writer::Demand::sync, 1000).ok());
  recording.record(100);
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  // Only what is durable survives a power cut, and all of that does.
  const auto after = fs.crash();
  const Core again = opened(*after, clock);
  check_same(expected, *after);
  REQUIRE(core->close(1000).status.ok());
  check_same(expected, fs);
}

TEST_CASE("any one operation fails: nothing is lost, and all works afterwards", "[log][fault]") {
  for (const bool for_ever : {false, true}) {
    std::uint64_t n = 0;
    for (bool reached = true; reached && n < 400; n += n < 80 ? 1 : 5) {
      INFO("operation " << n << (for_ever ? " and all later" : "") << " fails");
      TestClock clock;
      io::MemoryFileSystem fs;
      LogOptions options = stepped_options();
      options.segment_bytes_max = 8000;  // rotations too
      const Core core = opened(fs, clock, options);
      Expected expected;
      Recording recording(*core, expected);
      const std::uint64_t before = fs.operations();
      fs.fail({std::nullopt, n, for_ever, EIO, 3});
      for (int i = 0; i < 6; ++i) {
        recording.record(40);
        clock.advance(300'000);
        (void)core->wait_for(i % 2 == 0 ? writer::Demand::write : writer::Demand::sync, 1);
      }
      reached = fs.operations() - before > n;
      const auto killed = fs.kill_process();
      check_same(expected, *killed);
      fs.clear_faults();
      const CloseReport report = core->close(1000);
      check_same(expected, fs);
      if (!report.status.ok()) {
        const Core again = opened(fs, clock, options);
        check_same(expected, fs);
      }
    }
    CHECK(n > 20);
  }
}

TEST_CASE("power cuts keep every durable event", "[log][fault]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    TestClock clock;
    io::MemoryFileSystem fs;
    const Core core = opened(fs, clock);
    Expected expected;
    Recording recording(*core, expected);
    recording.record(static_cast<int>(20 + seed * 7));
    REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
    const Expected durable = expected;
    recording.record(100);
    if (seed % 2 == 0) REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
    io::CrashOptions crash;
    crash.unsynced = static_cast<io::Unsynced>(seed % 4);
    crash.seed = seed;
    const auto after = fs.crash(crash);
    const Core again = opened(*after, clock);
    const Stored stored = read_back(*after, "/store");
    for (const auto& [id, lines] : durable) {
      REQUIRE(stored.contains(id));
      const std::vector<std::string> found = describe(stored.at(id));
      REQUIRE(found.size() >= lines.size());
      CHECK(std::equal(lines.begin(), lines.end(), found.begin()));
      // What else is there was recorded: nothing is invented.
      REQUIRE(found.size() <= expected.at(id).size());
      CHECK(std::equal(found.begin(), found.end(), expected.at(id).begin()));
    }
  }
}

TEST_CASE("a stream closed, opened and closed again at once is freed once", "[log]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  Expected expected;
  RandomEvents events(3);
  for (int round = 0; round < 50; ++round) {
    for (const char* id : {"x", "y"}) {
      for (int turn = 0; turn < 3; ++turn) {
        auto stream = core->recorder(id, "l0");
        REQUIRE(stream.ok());
        const Event event = events.event();
        expected[id].push_back(describe((*stream)->next_seq, event));
        REQUIRE(record_event(**stream, event) == Append::ok);
        (*stream)->lane->release_stream(**stream);
      }
    }
    if (round % 3 == 0) REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
  }
  REQUIRE(core->close(1000).status.ok());
  check_same(expected, fs);
}

TEST_CASE("a seq never wraps around", "[log]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  auto stream = core->recorder("s", "l0");
  REQUIRE(stream.ok());
  Event gap;
  gap.body = Gap{kSeqMax - 1, "import"};
  CHECK(record_event(**stream, gap) == Append::ok);
  Event token;
  token.body = Token{"x", 0, "", {}};
  CHECK(record_event(**stream, token) == Append::ok);
  CHECK(record_event(**stream, token) == Append::invalid);
  gap.body = Gap{UINT64_MAX, "import"};
  CHECK(record_event(**stream, gap) == Append::invalid);
  REQUIRE(core->close(1000).status.ok());
  CHECK(read_back(fs, "/store").at("s").events.size() == 2);
}
