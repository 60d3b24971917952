// Errors, kills and power cuts at any moment of sealing, beside blocks that are on their way.
#include <algorithm>
#include <map>
#include <random>

#include "support/catch.hpp"
#include "support/hand_blocks.hpp"
#include "support/sealing_rig.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT
using writer::Demand;

namespace {

// What a random writer, and a disk that answers when it likes, do.
void go(SealingRig& rig, std::mt19937_64& random, HandBlocks& blocks) {
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

std::map<std::string, std::size_t> durable_of(const SealingRig& rig) {
  std::map<std::string, std::size_t> durable;
  for (const auto& [id, stream] : rig.streams) durable[id] = stream->slot->durable_seq.load();
  return durable;
}

}  // namespace

TEST_CASE("any one operation fails while segments are sealed: nothing is lost, doubled or moved",
          "[writer][sealing][fault]") {
  for (const bool for_ever : {false, true}) {
    std::uint64_t n = 0;
    for (bool reached = true; reached; ++n) {
      INFO("operation " << n << (for_ever ? " and all later" : "") << " fails");
      const auto fs = new_fs();
      Expected expected;
      HandBlocks blocks;
      SealingRig rig(*fs, expected, 6, 8000, &blocks);
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
    SealingRig rig(*fs, expected, seed, 8000, seed % 2 == 0 ? nullptr : &blocks);
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
    SealingRig rig(*fs, expected, seed, 8000, seed % 2 == 0 ? nullptr : &blocks);
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
  SealingRig rig(*fs, expected, 8);
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
