// A disk whose fdatasync takes its time: recording, writing and freeing of chunks go on.
#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

#include "catalog/catalog.hpp"
#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// Holds up the first sync after `arm`, until told to let it go on.
class Stall {
 public:
  explicit Stall(io::MemoryFileSystem& fs) {
    fs.stall_syncs([this] {
      if (!armed_.exchange(false)) return;
      held_.release();
      let_go_.acquire();
    });
  }
  void arm() { armed_ = true; }
  void wait_held() { held_.acquire(); }
  void let_go() { let_go_.release(); }

 private:
  std::atomic<bool> armed_{false};
  std::binary_semaphore held_{0}, let_go_{0};
};

LogOptions threaded_options() {
  LogOptions options = stepped_options();
  options.writer_thread = true;
  options.sync_interval_ms = 3'600'000;
  return options;
}

class Sender {
 public:
  Sender(detail::LogCore& core, Expected& expected) : expected_(expected["s"]) {
    auto opened = core.recorder("s", "l0");
    REQUIRE(opened.ok());
    stream_ = std::move(*opened);
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const Event event = events_.event();
      const std::uint64_t seq = stream_->next_seq;
      REQUIRE(record_event(*stream_, event) == Append::ok);
      expected_.push_back(describe(seq, event));
    }
  }

 private:
  std::vector<std::string>& expected_;
  RandomEvents events_{5};
  std::unique_ptr<detail::RecorderState> stream_;
};

}  // namespace

TEST_CASE("while a sync hangs, events go on being written and chunks come back",
          "[log][fault][threads]") {
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, threaded_options());
  Expected expected;
  Sender sender(*core, expected);
  sender.record(100);
  stall.arm();
  bool synced = false;
  std::thread waits([&] { synced = core->wait_for(writer::Demand::sync, 60'000).ok(); });
  stall.wait_held();

  // More than the arena holds, so chunks must come back for it.
  constexpr int kRounds = 60, kEach = 200;
  for (int round = 0; round < kRounds; ++round) {
    sender.record(kEach);
    REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  }
  CHECK(core->watermarks().written == 100 + kRounds * kEach);
  CHECK(core->watermarks().durable == 0);
  // What was recorded after it began is not this sync's.
  CHECK(core->wait_for(writer::Demand::sync, 20).error().code == ErrorCode::timeout);
  stall.let_go();
  waits.join();
  CHECK(synced);
  CHECK(core->watermarks().durable >= 100);
  REQUIRE(core->wait_for(writer::Demand::sync, 60'000).ok());
  CHECK(core->watermarks().durable == 100 + kRounds * kEach);
  CHECK(core->close(60'000).lost == 0);
  check_same(expected, fs);
}

TEST_CASE("a sync that hangs and then fails: what was written meanwhile is carried over too",
          "[log][fault][threads]") {
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, threaded_options());
  Expected expected;
  Sender sender(*core, expected);
  sender.record(100);
  REQUIRE(core->wait_for(writer::Demand::sync, 60'000).ok());
  sender.record(100);
  REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  io::Fault fault;
  fault.kind = io::Operation::sync;
  fs.fail(fault);
  stall.arm();
  bool synced = false;
  std::thread waits([&] { synced = core->wait_for(writer::Demand::sync, 60'000).ok(); });
  stall.wait_held();
  sender.record(100);
  REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  CHECK(core->watermarks().durable == 100);
  stall.let_go();
  waits.join();
  CHECK(synced);
  REQUIRE(core->wait_for(writer::Demand::sync, 60'000).ok());
  CHECK(core->watermarks().durable == 300);
  const auto lost_power = fs.crash();
  CHECK(core->close(60'000).lost == 0);
  check_same(expected, fs);
  const Core again = opened(*lost_power, clock);
  CHECK(again->close(60'000).lost == 0);
  check_same(expected, *lost_power);
}

TEST_CASE("closing waits for a sync that is under way", "[log][fault][threads]") {
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, threaded_options());
  Expected expected;
  Sender sender(*core, expected);
  sender.record(100);
  stall.arm();
  std::thread waits([&] { (void)core->wait_for(writer::Demand::sync, 60'000); });
  stall.wait_held();
  sender.record(100);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stall.let_go();
  });
  const CloseReport report = core->close(60'000);
  CHECK(report.status.ok());
  CHECK(report.lost == 0);
  later.join();
  waits.join();
  check_same(expected, fs);
}

namespace {

LogOptions small_segments() {
  LogOptions options = threaded_options();
  options.segment_bytes_max = 100'000;
  return options;
}

std::uint64_t segment_files(io::FileSystem& fs) {
  const auto names = fs.list("/store/lanes/0000");
  REQUIRE(names.ok());
  std::uint64_t count = 0;
  for (const std::string& name : *names) count += catalog::segment_number(name) ? 1 : 0;
  return count;
}

std::size_t listed_segments(io::FileSystem& fs) {
  const auto lane = catalog::load_catalog(fs, "/store/lanes/0000");
  REQUIRE(lane.ok());
  return lane->segments.size();
}

}  // namespace

TEST_CASE("while a sealed segment's sync hangs, events go into the next one",
          "[log][fault][threads]") {
  const bool fails = GENERATE(false, true);
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, small_segments());
  Expected expected;
  Sender sender(*core, expected);
  io::Fault fault;
  fault.kind = io::Operation::sync;
  if (fails) fs.fail(fault);
  stall.arm();  // nobody asks for a sync: the first one is the sealed segment's
  while (segment_files(fs) < 2) {
    sender.record(20);
    REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  }
  stall.wait_held();
  for (int i = 0; i < 5; ++i) {
    sender.record(20);
    REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  }
  const std::uint64_t recorded = expected.at("s").size();
  CHECK(core->watermarks().written == recorded);
  CHECK(core->watermarks().durable == 0);
  CHECK(core->stats().segments_sealed == 0);
  CHECK(listed_segments(fs) == 0);
  // A ticket of now is not the sealing's: more was written after it began.
  CHECK(core->wait_for(writer::Demand::sync, 20).error().code == ErrorCode::timeout);
  check_same(expected, *fs.kill_process());
  stall.let_go();
  REQUIRE(core->wait_for(writer::Demand::sync, 60'000).ok());
  CHECK(core->watermarks().durable == recorded);
  CHECK(core->stats().segments_sealed == 1);
  CHECK(listed_segments(fs) == 1);
  const auto lost_power = fs.crash();
  CHECK(core->close(60'000).lost == 0);
  check_same(expected, fs);
  const Core again = opened(*lost_power, clock);
  CHECK(again->close(60'000).lost == 0);
  check_same(expected, *lost_power);
}

TEST_CASE("where the next segment is full too, the writer waits, and closing for both",
          "[log][fault][threads]") {
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, small_segments());
  Expected expected;
  Sender sender(*core, expected);
  stall.arm();
  Status written;
  while (written.ok()) {
    sender.record(20);
    written = core->wait_for(writer::Demand::write, 300);
  }
  CHECK(written.error().code == ErrorCode::timeout);
  CHECK(segment_files(fs) == 2);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stall.let_go();
  });
  const CloseReport report = core->close(60'000);
  CHECK(report.status.ok());
  CHECK(report.lost == 0);
  later.join();
  CHECK(listed_segments(fs) == 2);
  check_same(expected, fs);
}

TEST_CASE("a stream that was closed in a segment being sealed goes on where it ended",
          "[log][fault][threads]") {
  base::Clock& clock = base::system_clock();
  io::MemoryFileSystem fs;
  Stall stall(fs);
  const Core core = opened(fs, clock, small_segments());
  Expected expected;
  Sender sender(*core, expected);
  stall.arm();
  while (segment_files(fs) < 2) {
    sender.record(20);
    REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  }
  stall.wait_held();
  const auto other = [&](std::uint64_t next_seq) {
    auto stream = core->recorder("other", "l0");
    REQUIRE(stream.ok());
    CHECK((*stream)->next_seq == next_seq);
    const Event event = RandomEvents(next_seq).event();
    expected["other"].push_back(describe(next_seq, event));
    REQUIRE(record_event(**stream, event) == Append::ok);
    (*stream)->lane->release_stream(**stream);
    (void)core->wait_for(writer::Demand::write, 300);
  };
  other(0);
  other(1);
  while (core->wait_for(writer::Demand::write, 300).ok()) sender.record(20);
  stall.arm();  // the first segment is sealed and listed, and the second one's sync hangs
  stall.let_go();
  stall.wait_held();
  REQUIRE(core->wait_for(writer::Demand::write, 60'000).ok());
  CHECK(listed_segments(fs) == 1);
  other(2);
  stall.let_go();
  REQUIRE(core->wait_for(writer::Demand::sync, 60'000).ok());
  other(3);
  CHECK(core->close(60'000).lost == 0);
  check_same(expected, fs);
}
