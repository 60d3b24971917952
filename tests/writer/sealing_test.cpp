// Sealing a segment while the next one is written, one step at a time. sealing_faults_test.cpp has
// what may come between.
#include "segment/segment_reader.hpp"
#include "support/catch.hpp"
#include "support/sealing_rig.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT
using writer::Demand;

TEST_CASE("while a segment is being sealed the next one is written", "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  SealingRig rig(*fs, expected, 1);
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
  SealingRig rig(*fs, expected, 2);
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
  SealingRig rig(*fs, expected, 3);
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
  SealingRig rig(*fs, expected, 4, 100'000);
  rig.record(4000);  // several chunks: a block each, and a rotation between two of them
  REQUIRE(rig.step(Demand::sync).ok());
  REQUIRE(rig.lane.writer->settled());
  REQUIRE(rig.lane.segments->sealing());
  REQUIRE(rig.runner.running());
  CHECK(rig.lane.writer->written() == 4000);
  CHECK_FALSE(rig.lane.writer->sync_began());
  rig.runner.finish();
  REQUIRE(rig.step(Demand::sync).ok());
  CHECK(rig.lane.writer->sync_ended());
  CHECK(rig.lane.writer->durable() > 0);
  CHECK(rig.lane.writer->durable() < 4000);
  CHECK(rig.lane.writer->sync_began());
  REQUIRE(rig.finish());
  check_same(expected, *fs);
}

TEST_CASE("a segment whose last sync fails is carried over, in front of the next",
          "[writer][sealing]") {
  const auto kind = GENERATE(io::Operation::sync, io::Operation::close, io::Operation::rename);
  const auto fs = new_fs();
  Expected expected;
  SealingRig rig(*fs, expected, 5);
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

TEST_CASE("a stream that ended in a segment being sealed can be opened again at once",
          "[writer][sealing]") {
  const auto fs = new_fs();
  Expected expected;
  SealingRig rig(*fs, expected, 9);
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
