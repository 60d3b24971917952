// A backup in memory: what it holds, what it tells of damage, and that no end in the middle of it
// leaves half of one.
#include "reel/backup.hpp"

#include <algorithm>
#include <memory>

#include "catalog/backup_mark.hpp"
#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "reader/verify_lane.hpp"
#include "store/backup_store.hpp"
#include "store/control.hpp"
#include "support/lanes.hpp"
#include "support/random_event.hpp"
#include "support/read_back.hpp"

namespace reel {
namespace {

constexpr const char* kOut = "/out/backup";
constexpr const char* kUnfinished = "/out/backup.unfinished";

// Two lanes with sealed segments: of a process that is alive, with a segment that is being written
// and events that are in no segment yet, and of one that has closed.
struct LiveStore {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  test::RandomEvents random{11};
  test::Core core, other;
  std::vector<test::State> states;
  test::Expected expected;

  LiveStore() {
    LogOptions options = test::stepped_options();
    options.segment_bytes_max = 16 << 10;
    for (int life = 0; life < 2; ++life) {
      core = test::opened(fs, clock, options);
      if (life == 0) other = test::opened(fs, clock, options);
      states.clear();
      for (int i = 0; i < 5; ++i)
        states.push_back(test::recorder(core, "s" + std::to_string(i + 3 * life)));
      record_all();
      if (life == 0) {
        test::State beside = test::recorder(other, "beside");
        record(*beside, 20);
        test::release(beside);
        REQUIRE(other->close(1000).status.ok());
        states.clear();
        REQUIRE(core->close(1000).status.ok());
      }
    }
    record(*states[1], 7);
    for (const auto& [id, stream] : test::read_back(fs, "/store"))
      expected[id] = test::describe(stream);
    REQUIRE(fs.create_directories("/out").ok());
  }
  ~LiveStore() { states.clear(); }

  void record(detail::RecorderState& state, int events) {
    for (int i = 0; i < events; ++i) {
      REQUIRE(test::record_event(state, random.event()) == Append::ok);
    }
  }
  void record_all() {
    for (int round = 0; round < 12; ++round) {
      for (const test::State& state : states) record(*state, 3);
      clock.advance(3'000'000);
      REQUIRE(core->step().ok());
    }
  }
  Result<BackupReport> backup(const BackupOptions& options = {}, const std::string& out = kOut) {
    return store::backup_store(fs, clock, "/store", out, options);
  }
};

void check_whole(const test::Expected& expected, io::FileSystem& fs,
                 const std::string& out = kOut) {
  test::check_same(expected, fs, out);
  const auto found = reader::verify_store(fs, out);
  REQUIRE(found.ok());
  for (const Damage& damage : found->damage) UNSCOPED_INFO(damage.file << ": " << damage.what);
  CHECK(found->ok);
  CHECK(found->notes.empty());
}

// After a power cut, which takes of the store what was not durable.
void check_front(const test::Expected& expected, io::FileSystem& fs) {
  for (const auto& [id, stream] : test::read_back(fs, kOut)) {
    const auto lines = test::describe(stream);
    const auto& all = expected.at(id);
    REQUIRE(lines.size() <= all.size());
    CHECK(std::equal(lines.begin(), lines.end(), all.begin()));
  }
  CHECK(reader::verify_store(fs, kOut)->ok);
}

bool is_there(io::FileSystem& fs, const std::string& path) { return fs.info(path).ok(); }

// Flips a bit of a file, which keeps its inode and so its other names.
void damage(io::MemoryFileSystem& fs, const std::string& path, std::size_t at) {
  std::string bytes = *fs.read(path, 1 << 20);
  bytes[at] ^= 1;
  REQUIRE(fs.remove(path).ok());
  auto made = fs.create(path);
  REQUIRE((*made)->append(bytes).ok());
  REQUIRE((*made)->sync().ok());
}

std::string segment_of(const std::string& store, std::uint32_t lane, std::size_t nth,
                       io::FileSystem& fs) {
  const std::string directory = catalog::lane_directory(store, lane);
  return catalog::segment_file(directory,
                               catalog::load_catalog(fs, directory)->segments.at(nth).number);
}

TEST_CASE("a backup of a live store holds all that was recorded, in segments", "[store][backup]") {
  LiveStore live;
  const auto linked = live.backup();
  INFO(linked.status().to_string());
  REQUIRE(linked.ok());
  CHECK(linked->linked_segments > 3);
  CHECK(linked->memory_events > 0);
  CHECK(linked->damage.empty());
  CHECK_FALSE(is_there(live.fs, kUnfinished));
  check_whole(live.expected, live.fs);
  CHECK(catalog::load_store(live.fs, kOut)->uuid == catalog::load_store(live.fs, "/store")->uuid);
  CHECK(catalog::load_backup_mark(live.fs, kOut)->source == "/store");
  const auto inode = [&](const std::string& path) { return live.fs.info(path)->inode; };
  CHECK(inode(segment_of(kOut, 0, 0, live.fs)) == inode(segment_of("/store", 0, 0, live.fs)));

  BackupOptions options;
  options.copy = true;
  const auto copied = live.backup(options, "/out/copy");
  REQUIRE(copied.ok());
  CHECK(copied->linked_segments == 0);
  check_whole(live.expected, live.fs, "/out/copy");
  CHECK(inode(segment_of("/out/copy", 0, 0, live.fs)) !=
        inode(segment_of("/store", 0, 0, live.fs)));

  // Recording goes on in both.
  live.record_all();
  auto restored = test::open_core(live.fs, live.clock, test::stepped_options(), kOut);
  REQUIRE(restored.ok());
  test::State state = test::recorder(*restored, "s7");
  CHECK(state->next_seq == live.expected["s7"].size());
  live.record(*state, 5);
  test::release(state);
  CHECK((*restored)->close(1000).status.ok());
  check_whole(live.expected, live.fs, "/out/copy");
}

TEST_CASE("ended at any call of the file system, a backup is whole or none", "[store][backup]") {
  LiveStore live;
  Snapshot snapshot;
  snapshot.stream_id = "s4";
  REQUIRE(catalog::SavedSnapshots(live.fs, "/store", "l0", "s4").save(snapshot).ok());
  REQUIRE(catalog::save_tombstone(live.fs, "/store", {"l0", "long ago", 77, 0, 1}).ok());
  BackupOptions options;
  options.copy = GENERATE(false, true);
  std::uint64_t calls = 0;
  {
    const std::uint64_t before = live.fs.operations();
    REQUIRE(live.backup(options, "/out/first").ok());
    calls = live.fs.operations() - before;
  }
  CHECK(calls > 100);
  std::size_t left = 0;
  for (std::uint64_t n = 0; n <= calls; ++n) {
    INFO("call " << n << " of " << calls);
    const auto ended = live.fs.kill_process();
    ended->fail({{}, n, true, EIO, 3});
    const bool done = store::backup_store(*ended, live.clock, "/store", kOut, options).ok();
    ended->clear_faults();
    left += is_there(*ended, kUnfinished) ? 1 : 0;
    const auto check = [&](const std::unique_ptr<io::MemoryFileSystem>& after, bool must) {
      const bool had = is_there(*after, kOut);
      CHECK((had || !must));
      if (had) {
        CHECK(*catalog::is_deleted(*after, kOut, 77));
        CHECK(catalog::SavedSnapshots(*after, kOut, "l0", "s4").last().value().has_value());
        return check_whole(live.expected, *after);
      }
      const auto again = store::backup_store(*after, live.clock, "/store", kOut, options);
      INFO(again.status().to_string());
      REQUIRE(again.ok());
      CHECK_FALSE(is_there(*after, kUnfinished));
      check_front(live.expected, *after);
    };
    check(ended->kill_process(), done);
    check(ended->crash({io::Unsynced::lost, false, n}), done);
    check(ended->crash({io::Unsynced::torn, true, n}), done);
  }
  CHECK(left > 50);
}

TEST_CASE("a call that fails once leaves no backup, or a whole one", "[store][backup]") {
  LiveStore live;
  for (std::uint64_t n = 0;; ++n) {
    INFO("call " << n);
    const auto fs = live.fs.kill_process();
    const std::uint64_t before = fs->operations();
    fs->fail({{}, n, false, EIO, 3});
    const auto report = store::backup_store(*fs, live.clock, "/store", kOut, {});
    if (fs->operations() - before <= n) break;
    if (report.ok() && report->damage.empty()) {
      test::check_same(live.expected, *fs, kOut);
      CHECK(reader::verify_store(*fs, kOut)->ok);
    } else if (!report.ok() && !is_there(*fs, kOut)) {
      REQUIRE(store::backup_store(*fs, live.clock, "/store", kOut, {}).ok());
      check_whole(live.expected, *fs);
    }
    REQUIRE(n < 1000);
  }
}

TEST_CASE("deleted streams and saved snapshots come along", "[store][backup]") {
  LiveStore live;
  Snapshot snapshot;
  snapshot.stream_id = "s4";
  snapshot.seq = 3;
  for (const char* id : {"s0", "s4"}) {
    snapshot.stream_id = id;
    REQUIRE(catalog::SavedSnapshots(live.fs, "/store", "l0", id).save(snapshot).ok());
  }
  REQUIRE(store::delete_stream(live.fs, "/store", "s0", "l0").ok());
  const auto report = live.backup();
  INFO(report.status().to_string());
  REQUIRE(report.ok());
  CHECK(report->deleted_streams == 1);
  CHECK(report->saved_snapshots == 1);
  CHECK(catalog::list_deleted(live.fs, kOut).value() ==
        catalog::list_deleted(live.fs, "/store").value());
  CHECK(catalog::SavedSnapshots(live.fs, kOut, "l0", "s4").last().value().has_value());
  CHECK_FALSE(catalog::SavedSnapshots(live.fs, kOut, "l0", "s0").last().value().has_value());
  check_whole(live.expected, live.fs);
}

TEST_CASE("damage in the store is told with its place, and the rest is taken", "[store][backup]") {
  LiveStore live;
  const std::string bad = segment_of("/store", 0, 1, live.fs);
  const std::string gone = segment_of("/store", 1, 0, live.fs);
  damage(live.fs, bad, 300);
  REQUIRE(live.fs.remove(gone).ok());
  BackupOptions options;
  options.copy = GENERATE(false, true);
  const auto report = live.backup(options);
  INFO(report.status().to_string());
  REQUIRE(report.ok());
  const auto told = [&](const std::string& file) {
    return std::count_if(report->damage.begin(), report->damage.end(),
                         [&](const Damage& found) { return found.file == file; });
  };
  for (const Damage& found : report->damage)
    UNSCOPED_INFO(found.file << ' ' << found.offset << ' ' << found.bytes << ' ' << found.what);
  CHECK(told(bad) > 0);  // what the block defines is missed in another
  CHECK(told(gone) == 1);
  CHECK(static_cast<std::size_t>(told(bad) + told(gone)) == report->damage.size());
  const std::string there = segment_of(kOut, 0, 1, live.fs);
  CHECK(*live.fs.read(there, 1 << 20) == *live.fs.read(bad, 1 << 20));
  REQUIRE(live.fs.remove(there).ok());
  live.expected.erase("beside");
  for (const auto& [id, stream] : test::read_back(live.fs, kOut)) {
    const auto& all = live.expected.at(id);
    for (const auto& line : test::describe(stream))
      CHECK((line.find(" GAP ") != line.npos || std::count(all.begin(), all.end(), line) == 1));
  }
}

TEST_CASE("on another filesystem an earlier backup is linked to, unless it went bad",
          "[store][backup]") {
  LiveStore live;
  REQUIRE(live.fs.mount_tmpfs("/disk", 64 << 20).ok());
  const auto first = live.backup({}, "/disk/one");
  REQUIRE(first.ok());
  CHECK(first->linked_segments == 0);
  live.record_all();
  for (const auto& [id, stream] : test::read_back(live.fs, "/store"))
    live.expected[id] = test::describe(stream);
  BackupOptions options;
  options.link_from = "/disk/one";
  const auto second = live.backup(options, "/disk/two");
  INFO(second.status().to_string());
  REQUIRE(second.ok());
  CHECK(second->linked_segments > 3);
  CHECK(second->copied_segments > 0);
  check_whole(live.expected, live.fs, "/disk/two");

  damage(live.fs, segment_of("/disk/one", 0, 0, live.fs), 300);
  const auto third = live.backup(options, "/disk/three");
  REQUIRE(third.ok());
  CHECK(third->damage.empty());
  check_whole(live.expected, live.fs, "/disk/three");
}

TEST_CASE("a backup goes where nothing is", "[store][backup]") {
  LiveStore live;
  const auto refused = [&](const std::string& out, const BackupOptions& options = {}) {
    const auto report = live.backup(options, out);
    return report.ok() ? ErrorCode::ok : report.error().code;
  };
  CHECK(refused("/store") == ErrorCode::invalid_argument);
  CHECK(refused("/store/inside") == ErrorCode::invalid_argument);
  CHECK(refused("/out") == ErrorCode::ok);  // it was empty
  CHECK(refused("/out") == ErrorCode::invalid_argument);
  REQUIRE(live.fs.create_directories("/mine.unfinished/thesis").ok());
  CHECK(refused("/mine") == ErrorCode::invalid_argument);
  CHECK(is_there(live.fs, "/mine.unfinished/thesis"));
  BackupOptions stopped;
  stopped.progress = [](std::uint64_t, std::uint64_t) { return false; };
  CHECK(refused("/stopped", stopped) == ErrorCode::closed);
  CHECK_FALSE(is_there(live.fs, "/stopped.unfinished"));
}

}  // namespace
}  // namespace reel
