// Compaction of a lane in memory: what it keeps, what goes, and that no end in the middle of it
// loses or doubles anything.
#include "merge/lane_compaction.hpp"

#include <algorithm>
#include <map>

#include "segment/format.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

namespace reel::merge {
namespace {

constexpr const char* kLane = "/store/lanes/0000";

// A lane of several segments, closed; most streams lie in more than one.
struct Lane {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  test::Expected expected;

  explicit Lane(std::uint64_t seed, int lives = 4, std::uint64_t streams = 9) {
    test::RandomEvents random(seed);
    LogOptions options = test::stepped_options();
    options.batch_bytes = options.block_bytes = 1024;
    for (int life = 0; life < lives; ++life) record_some(options, random, streams);
    for (const auto& [id, stream] : test::read_back(fs, "/store")) {
      expected[id] = test::describe(stream);
    }
  }

  // Of one segment at least.
  void record_some(const LogOptions& options, test::RandomEvents& random, std::uint64_t streams) {
    const test::Core core = test::opened(fs, clock, options);
    std::map<std::uint64_t, std::unique_ptr<detail::RecorderState>> open;
    for (int i = 0; i < 60; ++i) {
      auto& state = open[random.below(streams)];
      if (state == nullptr) {
        auto made = core->recorder("s" + std::to_string(open.size()), "l0");
        REQUIRE(made.ok());
        state = *std::move(made);
      }
      for (std::uint64_t n = random.below(4); n > 0; --n) {
        REQUIRE(test::record_event(*state, random.event()) == Append::ok);
      }
      clock.advance(1'000'000);
      if (random.below(5) == 0) REQUIRE(core->step().ok());
    }
    REQUIRE(core->close(1000).status.ok());
  }
};

LaneJob job(io::FileSystem& fs) {
  LaneJob job;
  job.directory = kLane;
  job.store = catalog::load_store(fs, "/store")->uuid;
  job.zstd_level = 3;
  job.snapshot_events = 16;
  job.segment_streams_max = 3;
  job.now_us = [] { return std::int64_t{1'800'000'000'000'000}; };
  return job;
}

std::vector<segment::SegmentSummary> listed_in(io::FileSystem& fs) {
  auto catalog = catalog::load_catalog(fs, kLane);
  REQUIRE(catalog.ok());
  return catalog->segments;
}

// Nothing is in the folder that the catalog does not list.
void check_tidy(io::FileSystem& fs) {
  const auto catalog = catalog::load_catalog(fs, kLane);
  REQUIRE(catalog.ok());
  CHECK(catalog->voids.empty());
  std::size_t segments = 0;
  const auto names = fs.list(kLane);
  REQUIRE(names.ok());
  for (const std::string& name : *names) {
    INFO(name);
    if (const auto number = catalog::segment_number(name)) {
      CHECK(catalog->is_listed(*number));
      ++segments;
    } else {
      CHECK((name == "catalog" || name == "lock"));
    }
  }
  CHECK(segments == catalog->segments.size());
}

}  // namespace

TEST_CASE("a compacted lane holds the same events, each stream in one segment", "[merge]") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    INFO("seed " << seed);
    Lane lane(seed);
    const std::size_t segments = listed_in(lane.fs).size();
    const auto outcome = compact_lane(lane.fs, job(lane.fs));
    INFO(outcome.status().to_string());
    REQUIRE(outcome.ok());
    CHECK(outcome->changed);
    CHECK(outcome->before.segments == segments);
    CHECK(outcome->after.segments == 3);
    CHECK(outcome->after.events == outcome->before.events);
    test::check_same(lane.expected, lane.fs);
    check_tidy(lane.fs);

    const auto again = compact_lane(lane.fs, job(lane.fs));
    REQUIRE(again.ok());
    CHECK_FALSE(again->changed);
    LaneJob other = job(lane.fs);
    other.zstd_level = 1;
    other.segment_streams_max = 0;
    REQUIRE(compact_lane(lane.fs, other).ok());
    CHECK(listed_in(lane.fs).size() == 1);
    test::check_same(lane.expected, lane.fs);
    check_tidy(lane.fs);
  }
}

TEST_CASE("killed at any call of the file system, a compaction loses and doubles nothing",
          "[merge]") {
  const Lane lane(3, 3, 7);
  const auto start = [&] { return lane.fs.kill_process(); };
  std::uint64_t calls = 0;
  {
    const auto fs = start();
    const std::uint64_t before = fs->operations();
    REQUIRE(compact_lane(*fs, job(*fs)).ok());
    calls = fs->operations() - before;
  }
  CHECK(calls > 60);
  std::size_t resumed = 0;
  for (std::uint64_t n = 1; n < calls; ++n) {  // the first is the test's own
    const auto fs = start();
    const LaneJob all = job(*fs);
    fs->fail({{}, n - 1, true, EIO, 3});
    INFO("call " << n << " of " << calls);
    (void)compact_lane(*fs, all);
    fs->clear_faults();
    const auto check = [&](const std::unique_ptr<io::MemoryFileSystem>& after) {
      test::check_same(lane.expected, *after);
      const auto outcome = compact_lane(*after, all);
      INFO(outcome.status().to_string());
      REQUIRE(outcome.ok());
      resumed += outcome->resumed ? 1 : 0;
      test::check_same(lane.expected, *after);
      check_tidy(*after);
    };
    check(fs->kill_process());
    check(fs->crash({io::Unsynced::lost, false, n}));
    check(fs->crash({io::Unsynced::torn, true, n}));
  }
  CHECK(resumed > 20);
}

TEST_CASE("a compaction that goes on does not write again what was written", "[merge]") {
  Lane lane(4);
  LaneJob stopped = job(lane.fs);
  int groups = 0;
  stopped.progress = [&](std::uint64_t, std::uint64_t) { return ++groups < 3; };
  const auto first = compact_lane(lane.fs, stopped);
  REQUIRE_FALSE(first.ok());
  CHECK(first.error().code == ErrorCode::closed);
  const std::vector<std::string> names = lane.fs.list(kLane).value();
  std::vector<std::uint64_t> inodes;
  for (const std::string& name : names) {
    inodes.push_back(lane.fs.info(io::join(kLane, name))->inode);
  }
  const auto second = compact_lane(lane.fs, job(lane.fs));
  REQUIRE(second.ok());
  CHECK(second->resumed);
  std::size_t same = 0;
  for (const auto& listed : listed_in(lane.fs)) {
    const auto inode = lane.fs.info(catalog::segment_file(kLane, listed.number))->inode;
    same += std::find(inodes.begin(), inodes.end(), inode) != inodes.end() ? 1 : 0;
  }
  CHECK(same == 2);
  test::check_same(lane.expected, lane.fs);
  check_tidy(lane.fs);
}

TEST_CASE("deleted streams go, and those past their time", "[merge]") {
  Lane lane(5);
  LaneJob dropping = job(lane.fs);
  std::map<double, std::string> by_end;  // of all but the first stream
  std::string deleted;
  Retention retention;
  retention.share_max = 1;
  RetentionPlan plan(retention);
  double cutoff_ms = 0;
  {
    Inputs inputs;
    for (const auto& listed : listed_in(lane.fs)) {
      auto reader =
          segment::SegmentReader::open(lane.fs, catalog::segment_file(kLane, listed.number));
      REQUIRE(reader.ok());
      inputs.push_back(std::move(*reader));
    }
    MergeOrder order(inputs);
    const auto first = order.next();
    deleted = first->identity.id;
    dropping.deleted = {first->identity.incarnation};
    while (const auto stream = order.next()) {
      by_end.emplace(stream->latest_ms(inputs), stream->identity.id);
    }
    REQUIRE(by_end.size() > 3);
    cutoff_ms = std::next(by_end.begin(), 2)->first;
    for (auto it = by_end.begin(); it->first < cutoff_ms; ++it) {
      retention.prefixes.push_back({it->second, {0, {}}});
    }
    plan = RetentionPlan(retention);
    for (const auto& input : inputs) plan.add(*input, 0);
    plan.settle(1e300, {});
  }
  dropping.retention = &plan;

  LaneJob dry = dropping;
  dry.dry_run = true;
  const auto planned = compact_lane(lane.fs, dry);
  REQUIRE(planned.ok());
  test::check_same(lane.expected, lane.fs);
  const auto outcome = compact_lane(lane.fs, dropping);
  REQUIRE(outcome.ok());
  CHECK(outcome->deleted_streams == 1);
  CHECK(outcome->expired_streams == 2);
  CHECK(planned->dropped_events == outcome->dropped_events);
  CHECK(planned->after.events == outcome->after.events);
  CHECK(outcome->after.events == outcome->before.events - outcome->dropped_events);
  lane.expected.erase(deleted);
  for (auto it = by_end.begin(); it->first < cutoff_ms; ++it) lane.expected.erase(it->second);
  test::check_same(lane.expected, lane.fs);
}

TEST_CASE("damage stops a compaction at its place, or is passed over and kept", "[merge]") {
  Lane lane(6);
  const std::string file = catalog::segment_file(kLane, listed_in(lane.fs)[1].number);
  std::string bytes = *lane.fs.read(file, 1 << 20);
  bytes[sizeof(segment::SegmentHeader) + 100] ^= 1;
  REQUIRE(lane.fs.remove(file).ok());
  auto made = lane.fs.create(file);
  REQUIRE((*made)->append(bytes).ok());
  REQUIRE((*made)->sync().ok());

  const auto refused = compact_lane(lane.fs, job(lane.fs));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::damaged);
  CHECK(refused.error().file == file);
  CHECK(refused.error().offset == sizeof(segment::SegmentHeader));
  CHECK(*lane.fs.read(file, 1 << 20) == bytes);

  // One that was stopped leaves nothing that a run without damage allowed would go on with.
  LaneJob salvage = job(lane.fs);
  salvage.salvage = true;
  int groups = 0;
  salvage.progress = [&](std::uint64_t, std::uint64_t) { return ++groups < 3; };
  CHECK(compact_lane(lane.fs, salvage).error().code == ErrorCode::closed);
  CHECK(compact_lane(lane.fs, job(lane.fs)).error().code == ErrorCode::damaged);
  salvage.progress = {};
  const auto outcome = compact_lane(lane.fs, salvage);
  INFO(outcome.status().to_string());
  REQUIRE(outcome.ok());
  REQUIRE_FALSE(outcome->damage.empty());
  CHECK(outcome->damage.front().file == file);
  CHECK(*lane.fs.read(file + ".damaged", 1 << 20) == bytes);
  std::size_t events = 0, expected = 0;
  for (const auto& [id, stream] : test::read_back(lane.fs, "/store"))
    events += stream.events.size();
  for (const auto& [id, lines] : lane.expected) expected += lines.size();
  CHECK(events < expected);
  CHECK(events > expected / 2);
}

}  // namespace reel::merge
