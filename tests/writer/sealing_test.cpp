// Sealing a segment while the next one is written, and blocks that are on their way, one step at a
// time: here the test is the threads that wait for the disk, and that compress.
#include <algorithm>
#include <map>
#include <random>

#include "log/open_lane.hpp"
#include "segment/segment_reader.hpp"
#include "support/catch.hpp"
#include "support/hand_blocks.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT
using writer::Demand;

namespace {

const std::string kLane = catalog::lane_directory("/store", 0);

class HandRunner final : public writer::SyncRunner {
 public:
  void start(std::function<void()> work) override { work_ = std::move(work); }
  bool running() override { return work_ != nullptr; }
  void wait() override {
    if (work_ != nullptr) ++waits;
    finish();
  }
  void finish() {
    if (work_ != nullptr) std::exchange(work_, nullptr)();
  }
  int waits = 0;  // the writer had to

 private:
  std::function<void()> work_;
};

struct Unlisted {
  std::vector<std::uint64_t> numbers;
  std::size_t listed = 0;
};
Unlisted segment_files(io::FileSystem& fs) {
  const auto lane = catalog::load_catalog(fs, kLane);
  const auto names = fs.list(kLane);
  REQUIRE(lane.ok());
  REQUIRE(names.ok());
  Unlisted unlisted;
  unlisted.listed = lane->segments.size();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    const bool known = number && std::any_of(lane->segments.begin(), lane->segments.end(),
                                             [&](const auto& s) { return s.number == *number; });
    if (number && !known) unlisted.numbers.push_back(*number);
  }
  return unlisted;
}

// A lane that records three streams into small segments.
class Rig {
 public:
  Rig(io::MemoryFileSystem& fs, Expected& expected, std::uint64_t seed,
      std::uint64_t segment_bytes_max = 8000, segment::BlockRunner* blocks = nullptr)
      : expected_(expected), events_(seed) {
    LogOptions options = stepped_options();
    options.segment_bytes_max = segment_bytes_max;
    options.sync_interval_ms = 500;
    auto opened = log::open_lane({&fs, &clock}, "/store", options);
    INFO(opened.status().to_string());
    REQUIRE(opened.ok());
    lane = *std::move(opened);
    lane.segments->set_sync_runner(&runner);
    lane.segments->set_block_runner(blocks);
    for (const char* id : {"a", "b", "c"}) {
      auto stream = lane.registry->open("l0", id);
      REQUIRE(stream.ok());
      streams.emplace(id, std::move(*stream));
    }
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id(1, static_cast<char>('a' + events_.below(3)));
      const Event event = events_.event();
      const std::uint64_t seq = streams.at(id)->next_seq;
      REQUIRE(record_event(*streams.at(id), event) == Append::ok);
      expected_[id].push_back(describe(seq, event));
    }
  }
  Status step(Demand demand) { return lane.writer->step(demand); }
  // Records and writes until a segment is being sealed and the next one has begun.
  void into_sealing() {
    while (!lane.segments->sealing()) {
      record(5);
      REQUIRE(step(Demand::write).ok());
    }
    record(5);
    REQUIRE(step(Demand::write).ok());
    REQUIRE(lane.segments->sealing());
  }
  // Until all is durable and sealed. False: it cannot be, since a block that was given up never
  // was.
  bool finish() {
    bool done = false;
    for (int i = 0; i < 40 && !done; ++i) {
      clock.advance(300'000);
      done = step(Demand::sync).ok() && lane.writer->settled() && lane.writer->all_durable();
      runner.finish();
    }
    return done && lane.segments->seal().ok();
  }

  TestClock clock;
  HandRunner runner;
  log::OpenLane lane;
  std::map<std::string, std::unique_ptr<detail::RecorderState>> streams;

 private:
  Expected& expected_;
  RandomEvents events_;
};

// What a random writer, and a disk that answers when it likes, do.
void go(Rig& rig, std::mt19937_64& random, HandBlocks& blocks) {
  const Demand demands[] = {Demand::none, Demand::write, Demand::write, Demand::sync};
  if (random() % 2 == 0) blocks.finish_one(random());
  switch (random() % 4) {
    case 0:
      rig.runner.finish();
      break;
    case 1:
      rig.clock.advance(static_cast<std::int64_t>(random() % 400'000));
      [[fallthrough]];
    default:
      rig.record(static_cast<int>(random() % 20));
      (void)rig.step(demands[random() % 4]);
  }
}

std::unique_ptr<io::MemoryFileSystem> new_fs() {
  auto fs = std::make_unique<io::MemoryFileSystem>();
  REQUIRE(fs->mount_tmpfs("/dev/shm", std::uint64_t{64} << 20).ok());
  return fs;
}

// What is there of each stream is a front of what was recorded, and holds what was durable.
void check_front(const Expected& expected, const std::map<std::string, std::size_t>& durable,
                 io::FileSystem& fs) {
  const Stored stored = read_back(fs, "/store");
  for (const auto& [id, lines] : expected) {
    INFO(id);
    const auto at = stored.find(id);
    const auto found = at == stored.end() ? std::vector<std::string>() : describe(at->second);
    CHECK(found.size() >= durable.at(id));
    REQUIRE(found.size() <= lines.size());
    CHECK(std::equal(found.begin(), found.end(), lines.begin()));
  }
}

std::map<std::string, std::size_t> durable_of(const Rig& rig) {
  std::map<std::string, std::size_t> durable;
  for (const auto& [id, stream] : rig.streams) durable[id] = stream->slot->durable_seq.load();
  return durable;
}

}  // namespace

TEST_CASE("while a segment is being sealed the next one is written", "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 1);
  rig.into_sealing();
  const std::uint64_t before = rig.lane.writer->written();
  for (int i = 0; i < 3; ++i) {
    rig.record(5);
    REQUIRE(rig.step(Demand::write).ok());
    CHECK(rig.lane.writer->settled());
  }
  CHECK(rig.lane.writer->written() == before + 15);
  CHECK(rig.lane.writer->durable() == 0);
  CHECK(rig.lane.segments->totals().segments_sealed == 0);
  CHECK(rig.runner.waits == 0);
  CHECK(segment_files(*fs).listed == 0);
  CHECK(segment_files(*fs).numbers == std::vector<std::uint64_t>{1, 2});
  const auto first = segment::SegmentReader::open(*fs, catalog::segment_file(kLane, 1));
  REQUIRE(first.ok());
  CHECK((*first)->sealed());
  check_same(expected, *fs->kill_process());

  rig.runner.finish();
  CHECK(segment_files(*fs).listed == 1);
  REQUIRE(rig.step(Demand::none).ok());
  CHECK(rig.lane.writer->sync_ended());
  CHECK(rig.lane.writer->durable() > 0);
  CHECK(rig.lane.segments->totals().segments_sealed == 1);
  CHECK_FALSE(rig.lane.writer->all_durable());
  REQUIRE(rig.finish());
  check_same(expected, *fs);
}

TEST_CASE("a second segment is not sealed before the first is", "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 2);
  rig.into_sealing();
  while (rig.runner.waits == 0) {
    CHECK(segment_files(*fs).numbers == std::vector<std::uint64_t>{1, 2});
    rig.record(5);
    REQUIRE(rig.step(Demand::write).ok());
  }
  CHECK(segment_files(*fs).listed == 1);
  CHECK(rig.lane.segments->sealing());
  REQUIRE(rig.finish());
  check_same(expected, *fs);
}

TEST_CASE("a sync that began before the segment's end does not seal it", "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 3);
  rig.record(20);
  REQUIRE(rig.step(Demand::sync).ok());
  CHECK(rig.lane.writer->sync_began());
  while (!rig.lane.segments->sealing()) {
    rig.record(5);
    REQUIRE(rig.step(Demand::sync).ok());
    CHECK_FALSE(rig.lane.writer->sync_began());
  }
  rig.runner.finish();
  REQUIRE(rig.step(Demand::none).ok());
  CHECK(rig.lane.writer->durable() == 20);
  CHECK(rig.lane.segments->sealing());
  CHECK(rig.runner.running());  // and its own sync has begun, though nobody asked for it
  rig.runner.finish();
  REQUIRE(rig.step(Demand::none).ok());
  CHECK_FALSE(rig.lane.segments->sealing());
  CHECK(segment_files(*fs).listed == 1);
  REQUIRE(rig.finish());
  check_same(expected, *fs);
}

TEST_CASE("a sync that began in the middle of a step is not taken for one of all of it",
          "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 4, 100'000);
  rig.record(2000);  // several chunks: a block each, and a rotation between two of them
  REQUIRE(rig.step(Demand::sync).ok());
  REQUIRE(rig.lane.writer->settled());
  REQUIRE(rig.lane.segments->sealing());
  REQUIRE(rig.runner.running());
  CHECK(rig.lane.writer->written() == 2000);
  CHECK_FALSE(rig.lane.writer->sync_began());
  rig.runner.finish();
  REQUIRE(rig.step(Demand::sync).ok());
  CHECK(rig.lane.writer->sync_ended());
  CHECK(rig.lane.writer->durable() > 0);
  CHECK(rig.lane.writer->durable() < 2000);
  CHECK(rig.lane.writer->sync_began());
  REQUIRE(rig.finish());
  check_same(expected, *fs);
}

TEST_CASE("a segment whose last sync fails is carried over, in front of the next",
          "[writer][sealing]") {
  const auto kind = GENERATE(io::Operation::sync, io::Operation::close, io::Operation::rename);
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 5);
  rig.into_sealing();
  fs->fail({kind, 0, false, EIO, 0});
  rig.runner.finish();
  CHECK(segment_files(*fs).listed == 0);
  (void)rig.step(Demand::none);
  check_same(expected, *fs->kill_process());  // in the order of the files' numbers
  CHECK(segment_files(*fs).numbers.size() <= 2);
  REQUIRE(rig.finish());
  check_same(expected, *fs);
  const auto after = fs->crash();
  const Core again = opened(*after, rig.clock);
  CHECK(again->close(1000).lost == 0);
  check_same(expected, *after);
}

TEST_CASE("any one operation fails while segments are sealed: nothing is lost, doubled or moved",
          "[writer][sealing][fault]") {
  for (const bool for_ever : {false, true}) {
    std::uint64_t n = 0;
    for (bool reached = true; reached; ++n) {
      INFO("operation " << n << (for_ever ? " and all later" : "") << " fails");
      const auto fs = new_fs();
      Expected expected;
      HandBlocks blocks;
      Rig rig(*fs, expected, 6, 8000, &blocks);
      std::mt19937_64 random(6);
      const std::uint64_t before = fs->operations();
      fs->fail({std::nullopt, n, for_ever, EIO, 3});
      for (int i = 0; i < 60; ++i) go(rig, random, blocks);
      reached = fs->operations() - before > n;
      const auto killed = fs->kill_process();
      check_same(expected, *killed);
      {
        const Core again = opened(*killed, rig.clock);
        check_same(expected, *killed);
        CHECK(again->recovery().quarantined.empty());
        CHECK(again->close(1000).lost == 0);
        check_same(expected, *killed);
      }
      fs->clear_faults();
      if (!rig.finish()) {
        CHECK(for_ever);
        check_same(expected, *fs->kill_process());
        continue;
      }
      check_same(expected, *fs);
      const auto cut = fs->crash();
      const Core again = opened(*cut, rig.clock);
      check_same(expected, *cut);
    }
    CHECK(n > 60);
  }
}

TEST_CASE("killed at any moment of sealing, all is there once", "[writer][sealing][recovery]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    INFO("seed " << seed);
    const auto fs = new_fs();
    Expected expected;
    HandBlocks blocks;
    Rig rig(*fs, expected, seed, 8000, seed % 2 == 0 ? nullptr : &blocks);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 40; ++i) {
      go(rig, random, blocks);
      const auto files = segment_files(*fs);
      CHECK(files.numbers.size() <= 2);
      if (random() % 4 != 0) continue;
      const auto killed = fs->kill_process();
      check_same(expected, *killed);
      const Core again = opened(*killed, rig.clock);
      CHECK(again->close(1000).lost == 0);
      check_same(expected, *killed);
    }
  }
}

TEST_CASE("a power cut while a segment is being sealed leaves a front of each stream",
          "[writer][sealing][recovery]") {
  int set_aside = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    const auto fs = new_fs();
    Expected expected;
    HandBlocks blocks;
    Rig rig(*fs, expected, seed, 8000, seed % 2 == 0 ? nullptr : &blocks);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 40; ++i) {
      go(rig, random, blocks);
      if (random() % 4 != 0) continue;
      io::CrashOptions crash;
      crash.unsynced = static_cast<io::Unsynced>(random() % 4);
      crash.keep_names = random() % 2 == 0;
      crash.seed = random();
      const auto cut = fs->crash(crash);
      const auto durable = durable_of(rig);
      const Core again = opened(*cut, rig.clock);
      set_aside += again->recovery().quarantined.empty() ? 0 : 1;
      check_front(expected, durable, *cut);
    }
  }
  CHECK(set_aside > 0);
}

TEST_CASE("a finished segment of which a power cut took the middle counts up to there",
          "[writer][sealing][recovery]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 8);
  rig.into_sealing();
  io::CrashOptions kept;
  kept.unsynced = io::Unsynced::kept;
  kept.keep_names = true;
  const auto cut = fs->crash(kept);
  const std::string path = catalog::segment_file(kLane, 1);
  std::string bytes = *cut->read(path, 1 << 20);
  const std::size_t middle = bytes.size() / 2;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(middle), 64, '\0');
  REQUIRE(cut->remove(path).ok());
  REQUIRE((*cut->create(path))->append(bytes).ok());

  const Core again = opened(*cut, rig.clock);
  CHECK(again->recovery().quarantined == catalog::segment_file(kLane, 2) + ".torn");
  CHECK(again->recovery().torn_bytes > 0);
  check_front(expected, durable_of(rig), *cut);
  const auto lane = catalog::load_catalog(*cut, kLane);
  REQUIRE(lane.ok());
  REQUIRE(lane->segments.size() == 1);
  CHECK_FALSE(lane->segments[0].sealed);
  CHECK(lane->segments[0].events > 0);
  CHECK(lane->segments[0].bytes <= middle);
}

TEST_CASE("a stream that ended in a segment being sealed can be opened again at once",
          "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  Rig rig(*fs, expected, 9);
  rig.into_sealing();
  auto& stream = rig.streams.at("a");
  const std::uint64_t next = stream->next_seq;
  stream->lane->release_stream(*stream);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(rig.step(Demand::write).ok());
    rig.lane.registry->segments_added({}, rig.lane.segments->listed_epoch());
  }
  auto again = rig.lane.registry->open("l0", "a");
  REQUIRE(again.ok());
  CHECK((*again)->next_seq == next);
}
