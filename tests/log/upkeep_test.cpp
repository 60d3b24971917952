// Upkeep beside a writer, stepped by the test: segments are merged while the log goes on, nothing
// is lost or doubled whatever ends it, and what is past its time goes.
#include <algorithm>
#include <map>
#include <utility>

#include "catalog/catalog.hpp"
#include "reader/reader_core.hpp"
#include "support/lanes.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

namespace reel {
namespace {

constexpr const char* kLane = "/store/lanes/0000";
using test::State;

LogOptions small_segments() {
  LogOptions options = test::stepped_options();
  options.segment_bytes_max = 6000;
  options.batch_bytes = 1024;
  options.sync_interval_ms = 20;
  options.disk_reserve_bytes = 0;
  options.upkeep.compact = true;
  options.upkeep.segments_min = 2;
  options.upkeep.interval_ms = 0;
  options.upkeep.segment_bytes_max = 20'000;
  return options;
}

class Rig {
 public:
  explicit Rig(std::uint64_t seed, LogOptions options = small_segments())
      : options_(std::move(options)), random_(seed) {}

  void open(io::MemoryFileSystem& fs) {
    fs_ = &fs;
    core_ = test::opened(fs, clock_, options_);
  }
  // As killed: what it is made of does nothing any more.
  void leave() {
    test::bury(std::exchange(states_, {}));
    test::bury(std::exchange(core_, {}));
  }
  test::Core& core() { return core_; }
  test::TestClock& clock() { return clock_; }
  test::Expected& expected() { return expected_; }

  // True: everything was recorded.
  bool record(int events, std::uint64_t streams = 6) {
    for (int i = 0; i < events; ++i) {
      clock_.advance(700);
      const std::string id = "s" + std::to_string(random_.below(streams));
      State& state = states_[id];
      if (state == nullptr) {
        auto made = core_->recorder(id, "l0");
        if (!made) {
          states_.erase(id);
          if (made.error().code == ErrorCode::busy) continue;
          return false;
        }
        state = *std::move(made);
      }
      Event event = random_.event();
      event.ts_ms = static_cast<double>(clock_.wall_us()) / 1000;
      const std::uint64_t seq = expected_[id].size();
      if (test::record_event(*state, event) != Append::ok) return false;
      expected_[id].push_back(test::describe(seq, event));
      if (random_.below(9) == 0) close(id);
      if (random_.below(4) == 0 && !core_->step()) return false;
    }
    return true;
  }
  Status look(bool urgent = false) {
    return core_->look_after(urgent, [this](std::int64_t us) {
      if (stop_after_ != 0 && --stop_after_ == 0) return false;
      clock_.advance(us + 1000);
      if (in_between_) in_between_();
      const Status status = core_->step();
      return status.ok() || status.error().code == ErrorCode::full;
    });
  }
  void stop_after(int rests) { stop_after_ = rests; }
  void in_between(std::function<void()> what) { in_between_ = std::move(what); }
  State& state(const std::string& id) { return states_[id]; }
  void close(const std::string& id) {
    if (states_[id] != nullptr) test::release(states_[id]);
    states_.erase(id);
  }
  void close_all() {
    while (!states_.empty()) close(std::string(states_.begin()->first));
  }
  std::vector<segment::SegmentSummary> listed() const {
    return catalog::load_catalog(*fs_, kLane)->segments;
  }
  // By the tests' own reader, and by reel's, which reads segments in the order of their numbers.
  void check() { check_on(*fs_); }
  void check_on(io::MemoryFileSystem& fs) {
    test::check_same(expected_, fs);
    const auto reader = detail::ReaderCore::open(fs, "/store", {});
    REQUIRE(reader.ok());
    for (const auto& [id, lines] : expected_) {
      if (lines.empty()) continue;
      INFO(id);
      const auto cursor = (*reader)->cursor(id, "l0", {});
      std::vector<std::string> found;
      while (cursor->next()) {
        found.push_back(test::describe(cursor->view().seq, to_event(cursor->view().event)));
      }
      CHECK(found == lines);
    }
  }

 private:
  LogOptions options_;
  test::RandomEvents random_;
  test::TestClock clock_;
  io::MemoryFileSystem* fs_ = nullptr;
  test::Core core_;
  std::map<std::string, State> states_;
  test::Expected expected_;
  std::function<void()> in_between_;
  int stop_after_ = 0;
};

}  // namespace

TEST_CASE("segments are merged beside their writer, and nothing is lost or doubled",
          "[log][upkeep]") {
  std::uint64_t runs = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    INFO("seed " << seed);
    io::MemoryFileSystem fs;
    Rig rig(seed);
    for (int life = 0; life < 3; ++life) {
      rig.open(fs);
      for (int round = 0; round < 8; ++round) {
        REQUIRE(rig.record(60));
        const Status status = rig.look();
        INFO(status.to_string());
        REQUIRE(status.ok());
        rig.check();
      }
      const UpkeepStats stats = rig.core()->stats().upkeep;
      runs += stats.runs;
      CHECK(stats.segments_written <= stats.segments_merged);
      CHECK(stats.last_error.empty());
      rig.close_all();
      REQUIRE(rig.core()->close(1000).status.ok());
      rig.check();
    }
  }
  CHECK(runs > 30);
}

TEST_CASE("killed at any call of the file system, a log and its upkeep lose nothing",
          "[log][upkeep]") {
  // A log in the middle of its life, with segments to be merged.
  io::MemoryFileSystem base;
  std::uint64_t calls = 0;
  const auto run = [&](io::MemoryFileSystem& fs, std::optional<std::uint64_t> nth, Rig& rig) {
    rig.open(fs);
    REQUIRE(rig.record(150));
    const std::uint64_t before = fs.operations();
    if (nth) fs.fail({{}, *nth, true, EIO, 3});
    (void)(rig.record(20) && rig.look() && rig.record(80) && rig.look() && rig.record(40));
    calls = fs.operations() - before;
  };
  {
    io::MemoryFileSystem fs;
    Rig rig(7);
    run(fs, std::nullopt, rig);
    CHECK(rig.core()->stats().upkeep.runs == 1);
    rig.close_all();
  }
  const std::uint64_t all = calls;
  CHECK(all > 60);
  for (std::uint64_t n = 0; n < all; ++n) {
    INFO("call " << n << " of " << all);
    io::MemoryFileSystem fs;
    Rig rig(7);
    run(fs, n, rig);
    fs.clear_faults();
    const auto after = fs.kill_process();
    rig.leave();
    rig.check_on(*after);
    rig.open(*after);
    REQUIRE(rig.record(30));
    const Status status = rig.look();
    INFO(status.to_string());
    REQUIRE(status.ok());
    rig.check();
    rig.close_all();
    REQUIRE(rig.core()->close(1000).status.ok());
    rig.check();
  }
}

TEST_CASE("a merge that the end of its log stops goes on with the next", "[log][upkeep]") {
  io::MemoryFileSystem fs;
  LogOptions options = small_segments();
  Rig rig(3, options);
  rig.open(fs);
  REQUIRE(rig.record(300, 40));
  REQUIRE(rig.look().ok());  // asks for numbers
  REQUIRE(rig.record(300, 40));
  rig.stop_after(1);
  REQUIRE(rig.look().ok());
  CHECK(rig.core()->stats().upkeep.runs == 0);
  CHECK(fs.info(io::join(kLane, "compaction")).ok());
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
  rig.check();
  const auto before = catalog::load_catalog(fs, kLane);
  REQUIRE(before->voids.size() == 1);
  rig.open(fs);
  REQUIRE(rig.look().ok());
  CHECK(rig.core()->stats().upkeep.runs > 0);
  CHECK(rig.listed().front().number == before->voids[0].first);
  rig.check();
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
  const auto catalog = catalog::load_catalog(fs, kLane);
  const auto names = fs.list(kLane);
  for (const std::string& name : *names) {
    if (const auto number = catalog::segment_number(name)) CHECK(catalog->is_listed(*number));
  }
}

TEST_CASE("who asks is told of every sealed segment once, and what it replaces", "[log][upkeep]") {
  io::MemoryFileSystem fs;
  std::map<std::uint64_t, int> told;
  std::vector<std::uint64_t> replaced;
  LogOptions options = small_segments();
  options.on_seal = [&](const SealedSegment& sealed) {
    ++told[sealed.number];
    CHECK(sealed.path == catalog::segment_file(kLane, sealed.number));
    CHECK(sealed.bytes > 0);
    replaced.insert(replaced.end(), sealed.replaces.begin(), sealed.replaces.end());
    throw std::runtime_error("the host's own affair");
  };
  Rig rig(5, options);
  rig.open(fs);
  for (int round = 0; round < 6; ++round) {
    REQUIRE(rig.record(60));
    REQUIRE(rig.look().ok());
  }
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
  CHECK_FALSE(replaced.empty());
  for (const auto& [number, times] : told) CHECK(times == 1);
  for (const std::uint64_t number : replaced) CHECK(told.count(number) == 1);
  for (const auto& listed : rig.listed()) CHECK(told.count(listed.number) == 1);

  // What an end left is told of by the next.
  rig.open(fs);
  REQUIRE(rig.record(20));
  const auto after = fs.kill_process();
  rig.leave();
  const std::size_t before = told.size();
  rig.open(*after);
  CHECK(told.size() > before);
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
}

TEST_CASE("a stream that is recorded again while a merge leaves it out is not lost",
          "[log][upkeep][retention]") {
  io::MemoryFileSystem fs;
  LogOptions options = small_segments();
  options.upkeep.retention.keep.all_ms = 3'600'000;
  options.upkeep.retention.share_max = 1;
  options.upkeep.retention.prefixes = {{"s0", {}}};
  options.upkeep.dropped_share_min = 0.01;
  Rig rig(9, options);
  rig.open(fs);
  REQUIRE(rig.record(120, 3));
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
  rig.clock().advance(std::int64_t{100} * 3'600'000'000);
  rig.open(fs);
  // Another stream is young, s1 and s2 are too old.
  const auto young = rig.core()->recorder("young", "l0");
  REQUIRE(young.ok());
  const Event event{static_cast<double>(rig.clock().wall_us()) / 1000, Token{"t", 0}, {}, {}};
  REQUIRE(test::record_event(**young, event) == Append::ok);
  rig.expected()["young"].push_back(test::describe(0, event));
  REQUIRE(rig.core()->wait_for(writer::Demand::sync, 1000).ok());

  State again;
  SECTION("while it is merged") {
    rig.in_between([&] {
      if (again != nullptr) return;
      auto opened = rig.core()->recorder("s1", "l0");
      REQUIRE(opened.ok());
      again = *std::move(opened);
      CHECK(again->next_seq == rig.expected()["s1"].size());
    });
    (void)rig.look(true);
  }
  SECTION("before") {
    again = *rig.core()->recorder("s1", "l0");
    REQUIRE(rig.look(true).ok());
  }
  rig.in_between(nullptr);
  const std::uint64_t seq = rig.expected()["s1"].size();
  REQUIRE(test::record_event(*again, event) == Append::ok);
  rig.expected()["s1"].push_back(test::describe(seq, event));
  REQUIRE(rig.look(true).ok());
  // The other one goes in the end.
  rig.expected().erase("s2");
  rig.check();
  again.reset();
}

TEST_CASE("a disk with less than its reserve takes nothing more, and goes on by itself",
          "[log][upkeep]") {
  io::MemoryFileSystem fs;
  LogOptions options = small_segments();
  options.upkeep = {};
  options.disk_reserve_bytes = 1 << 20;
  Rig rig(11, options);
  rig.open(fs);
  REQUIRE(rig.record(40));
  REQUIRE(rig.core()->wait_for(writer::Demand::write, 1000).ok());
  fs.set_capacity(0);
  rig.clock().advance(1'000'000);
  (void)rig.record(10);
  const Status full = rig.core()->step();
  REQUIRE_FALSE(full.ok());
  CHECK(full.error().code == ErrorCode::full);
  CHECK(full.error().message.find("disk_reserve_bytes") != std::string::npos);
  fs.set_capacity(std::uint64_t{1} << 40);
  rig.clock().advance(1'000'000);
  REQUIRE(rig.core()->wait_for(writer::Demand::sync, 1000).ok());
  rig.check();
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
}

TEST_CASE("on a full disk upkeep lets go what is past its time, and writing goes on",
          "[log][upkeep][retention]") {
  constexpr std::uint64_t kUnbounded = UINT64_MAX;
  io::MemoryFileSystem fs;
  LogOptions options = small_segments();
  options.disk_reserve_bytes = 30'000;
  options.upkeep.compact = false;
  options.upkeep.retention.keep.all_ms = 3'600'000;
  options.upkeep.retention.share_max = 1;
  Rig rig(13, options);
  rig.open(fs);
  REQUIRE(rig.record(300, 3));
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
  const test::Expected old = rig.expected();
  rig.clock().advance(std::int64_t{100} * 3'600'000'000);
  rig.expected().clear();
  rig.open(fs);
  const auto record_young = [&] {
    for (int i = 0; i < 20; ++i) {
      State& state = rig.state("young");
      if (state == nullptr) state = test::recorder(rig.core(), "young");
      const Event event{static_cast<double>(rig.clock().wall_us()) / 1000, Token{"t", i}, {}, {}};
      REQUIRE(test::record_event(*state, event) == Append::ok);
      auto& lines = rig.expected()["young"];
      lines.push_back(test::describe(lines.size(), event));
    }
  };
  record_young();
  REQUIRE(rig.core()->wait_for(writer::Demand::write, 1000).ok());
  const std::uint64_t used = kUnbounded - fs.space("/store")->free_bytes;
  fs.set_capacity(used + 20'000);
  rig.clock().advance(1'000'000);
  record_young();
  REQUIRE(rig.core()->wait_for(writer::Demand::write, 1000).error().code == ErrorCode::full);
  REQUIRE(rig.look(true).ok());
  CHECK(rig.core()->stats().upkeep.segments_dropped > 0);
  rig.clock().advance(1'000'000);
  REQUIRE(rig.core()->wait_for(writer::Demand::sync, 1000).ok());
  rig.check();
  rig.close_all();
  REQUIRE(rig.core()->close(1000).status.ok());
}

}  // namespace reel
