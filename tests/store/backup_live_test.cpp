// Backups of a store in which something happens at each call of the file system that a backup
// makes, in turn: what was recorded before is in each, in order, nothing twice, without a hole.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "catalog/tombstone.hpp"
#include "merge/lane_compaction.hpp"
#include "reader/stream_parts.hpp"
#include "reader/verify_lane.hpp"
#include "store/backup_store.hpp"
#include "support/frames.hpp"
#include "support/lanes.hpp"
#include "support/read_back.hpp"
#include "support/seam_fs.hpp"

namespace reel {
namespace {

constexpr const char* kOut = "/backup";

// Two processes that record, and lane 2, whose process has gone, with a stream that was deleted
// long ago. A stream of each process may go to the other.
struct Processes {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  std::vector<test::Core> cores;
  std::map<std::string, test::State> states;
  std::map<std::string, std::size_t> places;  // in cores
  std::map<std::string, std::vector<std::string>> truth;
  std::uint64_t deleted = 0;

  Processes() {
    for (int i = 0; i < 3; ++i) cores.push_back(test::opened(fs, clock, options()));
    record("old", 2, 30);
    record("deleted", 2, 30);
    deleted = incarnation("deleted");
    REQUIRE(catalog::save_tombstone(fs, "/store", {"l0", "deleted", deleted, 0, 1}).ok());
    for (const char* id : {"old", "deleted"}) test::release(states[id]);
    truth.erase("deleted");
    REQUIRE(cores[2]->close(1000).status.ok());
    for (int round = 0; round < 3; ++round) {
      for (std::size_t at : {0u, 1u}) {
        record("calm-" + std::to_string(at), at, 3);
        record("hops-" + std::to_string(at), at, 3);
        write(at);
      }
      if (round == 0) seal();
    }
    record("calm-0", 0, 2);
    record("hops-1", 1, 2);
  }
  ~Processes() { states.clear(); }

  static LogOptions options() {
    LogOptions options = test::stepped_options();
    options.arena_bytes = std::size_t{1} << 20;
    options.open_streams_max = 16;
    options.segment_bytes_max = 2048;
    return options;
  }
  void record(const std::string& id, std::size_t at, int events) {
    test::State& state = states[id];
    if (state == nullptr) {
      state = test::recorder(cores[at], id);
      places[id] = at;
    }
    for (int i = 0; i < events; ++i) {
      const Event event = test::token_at(1000.0 + i, id + std::to_string(truth[id].size()), i);
      truth[id].push_back(test::describe(state->next_seq, event));
      REQUIRE(test::record_event(*state, event) == Append::ok);
    }
  }
  std::uint64_t incarnation(const std::string& id) {
    const auto view = reader::look(fs, "/store", {}, nullptr, false);
    REQUIRE(view.ok());
    return reader::find_stream(**view, "l0", id)->incarnation;
  }
  void write(std::size_t at) { REQUIRE(cores[at]->wait_for(writer::Demand::write, 1000).ok()); }
  void record_everywhere() {
    for (auto& [id, at] : std::map(places)) {
      if (id == "old" || id == "deleted") continue;
      record(id, at, 2);
    }
  }
  // Segments are large enough then, so the next ones are begun.
  void seal() {
    for (int i = 0; i < 20; ++i) {
      record("calm-0", 0, 5);
      write(0);
    }
  }
  void hop(const std::string& id) {
    const std::size_t from = places[id], to = 1 - from;
    test::release(states[id]);
    write(from);
    record(id, to, 3);
  }
  void compact_free_lane() {
    merge::LaneJob job;
    job.directory = catalog::lane_directory("/store", 2);
    job.store = catalog::load_store(fs, "/store")->uuid;
    job.lane = 2;
    job.deleted = {deleted};
    job.now_us = [] { return std::int64_t{1'800'000'000'000'000}; };
    REQUIRE(merge::compact_lane(fs, job).ok());
    REQUIRE(catalog::remove_tombstone(fs, "/store", deleted).ok());
  }
};

using Happening = std::function<void(Processes&)>;

struct Named {
  const char* name;
  Happening happen;
};

const Named kHappenings[] = {
    {"events are written",
     [](Processes& all) {
       all.record_everywhere();
       all.write(0);
       all.write(1);
       all.record_everywhere();
     }},
    {"segments are sealed", [](Processes& all) { all.seal(); }},
    {"streams hop",
     [](Processes& all) {
       all.hop("hops-0");
       all.hop("hops-1");
       all.record_everywhere();
     }},
    {"a stream hops and is back",
     [](Processes& all) {
       all.hop("hops-1");
       all.hop("hops-1");
     }},
    {"a lane is compacted", [](Processes& all) { all.compact_free_lane(); }},
    {"a process comes and goes",
     [](Processes& all) {
       all.cores.push_back(test::opened(all.fs, all.clock, Processes::options()));
       const std::size_t at = all.cores.size() - 1;
       all.record("new", at, 5);
       test::release(all.states["new"]);
       REQUIRE(all.cores[at]->close(1000).status.ok());
     }},
    {"a process goes",
     [](Processes& all) {
       for (const char* id : {"calm-0", "hops-0"}) test::release(all.states[id]);
       REQUIRE(all.cores[0]->close(1000).status.ok());
     }},
};

void check_backup(Processes& all, const std::map<std::string, std::size_t>& before) {
  const auto found = reader::verify_store(all.fs, kOut);
  REQUIRE(found.ok());
  for (const Damage& damage : found->damage) UNSCOPED_INFO(damage.file << ": " << damage.what);
  CHECK(found->ok);
  test::Stored stored = test::read_back(all.fs, kOut);
  if (stored.erase("deleted") != 0) CHECK(*catalog::is_deleted(all.fs, kOut, all.deleted));
  for (const auto& [id, events] : before) {
    INFO(id << ", " << events << " of " << all.truth[id].size() << " events before");
    const auto lines = test::describe(stored[id]);
    REQUIRE(lines.size() >= events);
    REQUIRE(lines.size() <= all.truth[id].size());
    CHECK(std::equal(lines.begin(), lines.end(), all.truth[id].begin()));
  }
}

TEST_CASE("whatever happens in the middle of it, a backup is a front of the store",
          "[store][backup]") {
  for (const auto& [name, happen] : kHappenings) {
    for (std::uint64_t n = 0;; ++n) {
      INFO(name << " at call " << n);
      Processes all;
      std::map<std::string, std::size_t> before;
      for (const auto& [id, lines] : all.truth) before[id] = lines.size();
      test::LookedAtFs fs(all.fs);
      std::uint64_t calls = 0;
      fs.seam = [&, &happen = happen] {
        if (calls++ == n) happen(all);
      };
      BackupOptions options;
      options.verify = false;
      const auto report = store::backup_store(fs, all.clock, "/store", kOut, options);
      INFO(report.status().to_string());
      REQUIRE(report.ok());
      for (const Damage& damage : report->damage) UNSCOPED_INFO(damage.file << damage.what);
      CHECK(report->damage.empty());
      check_backup(all, before);
      if (calls <= n) break;
      REQUIRE(n < 2000);
    }
  }
}

TEST_CASE("where streams hop all the time there is no backup rather than half of one",
          "[store][backup]") {
  Processes all;
  test::LookedAtFs fs(all.fs);
  std::uint64_t calls = 0;
  fs.seam = [&] {
    if (++calls % 16 == 0) all.hop("hops-0");
  };
  const auto report = store::backup_store(fs, all.clock, "/store", kOut, {});
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().code == ErrorCode::busy);
  CHECK_FALSE(all.fs.info(kOut).ok());
  CHECK_FALSE(all.fs.info(std::string(kOut) + ".unfinished").ok());
}

TEST_CASE("a deletion that is refused hides nothing in a backup", "[store][backup]") {
  for (std::uint64_t n = 0;; ++n) {
    INFO("taken back at call " << n);
    Processes all;
    const std::uint64_t held = all.incarnation("calm-0");
    const auto now = all.clock.wall_us();
    REQUIRE(catalog::save_tombstone(all.fs, "/store", {"l0", "calm-0", held, 0, now}).ok());
    test::LookedAtFs fs(all.fs);
    std::uint64_t calls = 0;
    fs.seam = [&] {
      if (calls++ != n) return;
      REQUIRE(catalog::remove_tombstone(all.fs, "/store", held).ok());
      test::release(all.states["calm-0"]);
      all.write(0);
    };
    const auto report = store::backup_store(fs, all.clock, "/store", kOut, {});
    INFO(report.status().to_string());
    REQUIRE(report.ok());
    CHECK_FALSE(*catalog::is_deleted(all.fs, kOut, held));
    CHECK(*catalog::is_deleted(all.fs, kOut, all.deleted));
    if (calls <= n) break;
  }
}

}  // namespace
}  // namespace reel
