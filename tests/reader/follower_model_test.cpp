// A Follower beside processes that come, go and are killed at random, in segments that are soon
// full and are merged at times, against a model: it gives every event once and in order, over
// restarts of its own, too.
#include <array>
#include <map>
#include <random>

#include "catalog/tombstone.hpp"
#include "merge/lane_compaction.hpp"
#include "reader/follow_core.hpp"
#include "support/catch.hpp"
#include "support/lanes.hpp"
#include "support/log_fixture.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// So many polls tell a hole that stays from one that fills.
constexpr int kPollsMax = 6;

LogOptions soon_full() {
  LogOptions options = stepped_options();
  options.segment_bytes_max = 64 << 10;
  options.segment_streams_max = 4;
  options.disk_reserve_bytes = 0;
  options.upkeep.compact = true;
  options.upkeep.segments_min = 2;
  options.upkeep.interval_ms = 0;
  return options;
}

class Followed {
 public:
  explicit Followed(std::uint64_t seed) : random_(seed), events_(seed) {
    for (Process& process : processes_) process.core = opened(fs_, clock_, soon_full());
    follow();
  }

  void act() {
    clock_.advance(static_cast<std::int64_t>(random_() % 30'000));
    Process& process = processes_[random_() % processes_.size()];
    const std::string id = "s" + std::to_string(random_() % 7);
    switch (random_() % 24) {
      case 0:
        return kill(process);
      case 1:
        return restart(process);
      case 2:
        return remove(process, id);
      case 3:
      case 4:
        REQUIRE(process.core->step().ok());
        return;
      case 5:
      case 6:
        REQUIRE(process.core->wait_for(writer::Demand::write, 1000).ok());
        return;
      case 7:
      case 8:
      case 9:
        return close(process, id);
      case 10:
      case 11:
      case 12:
        return poll(random_() % 8);
      case 13:
        return go_on_from_cursor();
      case 14:
        if (random_() % 4 == 0) return go_on_from_reader();
        return;
      case 15:
        return look_after(process);
      default:
        record(process, id);
    }
  }

  std::uint64_t compactions() const { return compactions_; }
  std::uint64_t upkeeps() const { return upkeeps_; }

  void check() {
    for (int i = 0; i < kPollsMax && !all_seen(); ++i) poll(SIZE_MAX);
    for (const auto& [id, lines] : expected_) {
      INFO(id);
      if (lines.empty()) continue;
      CHECK(seen_[id] == lines);
      deaths_[id] = 0;
    }
    poll(SIZE_MAX);  // and nothing more
    CHECK(follower_->damage().empty());
  }

 private:
  struct Process {
    Core core;
    std::map<std::string, State> open;  // each uses the core to its end
  };

  bool all_seen() {
    for (const auto& [id, lines] : expected_) {
      if (!lines.empty() && seen_[id] != lines) return false;
    }
    return true;
  }

  void follow() {
    auto core = detail::FollowCore::open(fs_, "/store", {});
    REQUIRE(core.ok());
    follower_ = *std::move(core);
  }

  // Takes `most` of what there is, and may leave the rest.
  void poll(std::size_t most) {
    REQUIRE(follower_->poll().ok());
    for (; most > 0 && follower_->next(); --most) {
      const EnvelopeView& view = follower_->view();
      const std::string id(view.stream_id);
      INFO(id << " " << view.seq);
      auto& seen = seen_[id];
      if (view.seq == 0 && !seen.empty() && deaths_[id] > 0) {
        --deaths_[id];
        seen.clear();
      }
      REQUIRE(view.seq == seen.size());
      seen.push_back(describe(view.seq, to_event(view.event)));
    }
  }

  void go_on_from_cursor() {
    const std::string cursor = follower_->cursor();
    follow();
    const Status status = follower_->skip(cursor);
    INFO(status.to_string());
    REQUIRE(status.ok());
    CHECK(follower_->cursor() == cursor);
  }

  void go_on_from_reader() {
    const auto reader = detail::ReaderCore::open(fs_, "/store", {});
    REQUIRE(reader.ok());
    follow();
    follower_->skip(**reader);
    seen_ = expected_;
    deaths_.clear();
  }

  void record(Process& process, const std::string& id) {
    auto found = process.open.find(id);
    if (found == process.open.end()) {
      auto state = process.core->recorder(id, "l0");
      if (!state) {
        REQUIRE(state.error().code == ErrorCode::busy);
        return;
      }
      REQUIRE((*state)->next_seq == expected_[id].size());
      found = process.open.emplace(id, *std::move(state)).first;
    }
    for (std::uint64_t i = random_() % 4; i-- > 0;) {
      Event event = events_.event();
      const std::uint64_t seq = found->second->next_seq;
      if (std::holds_alternative<Gap>(event.body)) continue;
      // Long enough to go from chunk to chunk, and now and then larger than one.
      if (random_() % 3 == 0) event.body = Token{std::string(random_() % 90'000, 'x'), 1};
      const Append answer = record_event(*found->second, event);
      if (answer == Append::full) return;
      REQUIRE(answer == Append::ok);
      expected_[id].push_back(describe(seq, event));
    }
  }

  // Merges beside the writer, and followers beside both.
  void look_after(Process& process) {
    const std::uint64_t runs = process.core->stats().upkeep.runs;
    const Status status = process.core->look_after(random_() % 2 == 0, [&](std::int64_t) {
      clock_.advance(20'000);
      if (random_() % 8 == 0) poll(random_() % 8);
      return process.core->step().ok();
    });
    INFO(status.to_string());
    REQUIRE(status.ok());
    upkeeps_ += process.core->stats().upkeep.runs - runs;
  }

  void close(Process& process, const std::string& id) {
    const auto found = process.open.find(id);
    if (found == process.open.end()) return;
    release(found->second);
    process.open.erase(found);
  }

  void remove(Process& process, const std::string& id) {
    const auto removed = process.core->delete_stream(id, "l0");
    if (!removed || !*removed) return;
    expected_[id].clear();
    ++deaths_[id];
  }

  void kill(Process& process) {
    fs_.kill_holder(lock_of(process.core->lane()));
    dead_.push_back(std::exchange(process, {}));
    if (random_() % 2 == 0) poll(SIZE_MAX);  // before it is recovered
    process.core = opened(fs_, clock_, soon_full());
  }

  void restart(Process& process) {
    for (auto& [id, state] : process.open) release(state);
    process.open.clear();
    REQUIRE(process.core->close(1000).status.ok());
    const std::uint32_t lane = process.core->lane();
    process.core.reset();
    if (random_() % 2 == 0) compact(lane);
    process.core = opened(fs_, clock_, soon_full());
  }

  // What others know of the lane's segments is old then.
  void compact(std::uint32_t lane) {
    const auto lock = fs_.lock(lock_of(lane));
    REQUIRE(lock.ok());
    merge::LaneJob job;
    job.directory = catalog::lane_directory("/store", lane);
    job.store = catalog::load_store(fs_, "/store")->uuid;
    job.lane = lane;
    job.zstd_level = 1;
    job.segment_streams_max = 1 + static_cast<std::uint32_t>(random_() % 5);
    job.deleted = *catalog::list_deleted(fs_, "/store");
    job.now_us = [this] { return clock_.wall_us(); };
    const auto outcome = merge::compact_lane(fs_, job);
    INFO(outcome.status().to_string());
    REQUIRE(outcome.ok());
    compactions_ += outcome->changed ? 1 : 0;
  }

  TestClock clock_;
  io::MemoryFileSystem fs_;
  std::mt19937_64 random_;
  RandomEvents events_;
  // Those that were killed do nothing until nobody looks at the store any more: hundreds of them
  // would fill the memory if they were kept for longer.
  std::vector<Process> dead_;
  std::array<Process, 3> processes_;
  Expected expected_;
  std::unique_ptr<detail::FollowCore> follower_;
  Expected seen_;
  std::uint64_t compactions_ = 0, upkeeps_ = 0;
  std::map<std::string, int> deaths_;  // of lives that may have been seen; the next begins at seq 0
};

void follow_rounds(std::uint64_t seed, std::uint64_t rounds) {
  std::uint64_t compactions = 0, upkeeps = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    INFO("seed " << seed + round);
    Followed followed(seed + round);
    for (int i = 0; i < 200; ++i) {
      followed.act();
      if (i % 20 == 0) followed.check();
    }
    followed.check();
    compactions += followed.compactions();
    upkeeps += followed.upkeeps();
  }
  CHECK(compactions > rounds);
  CHECK(upkeeps > rounds);
}

}  // namespace

TEST_CASE("a follower gives every event once, whatever happens to the writers",
          "[reader][follow]") {
  follow_rounds(20261201, 8);
}

TEST_CASE("a follower gives every event once, in hundreds of stores", "[.long][follow]") {
  follow_rounds(20270101, 400);
}
