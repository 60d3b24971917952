// reel backup, of stores that other processes and threads record into meanwhile.
#include "reel/backup.hpp"

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "reel/compaction.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

namespace files = std::filesystem;
using test::run_reel;
using test::token_line;

std::string exported(const std::string& path) { return run_reel({"export", path}).out; }

void make_store(const std::string& path) {
  std::string lines;
  for (int seq = 0; seq < 40; ++seq)
    lines += token_line("a", seq, "hello") + token_line("b", seq, "x");
  REQUIRE(run_reel({"record", path}, lines).code == 0);
}

std::string seen(const std::string& folder) {
  std::string all;
  for (const auto& entry : files::recursive_directory_iterator(folder)) {
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    all += entry.path().string() + ' ' + std::to_string(info.st_mtim.tv_nsec) + ' ' +
           std::to_string(info.st_size) + ' ' + std::to_string(info.st_ino) + '\n';
  }
  return all;
}

// Records into streams of its own, a few of them at a time, until it is told to end.
class Busy {
 public:
  Busy(Log& log, std::string name) : log_(log), name_(std::move(name)) {
    thread_ = std::thread([this] { work(); });
  }
  ~Busy() { end(); }
  void end() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::string stream(int at) const { return name_ + std::to_string(at); }
  std::uint64_t recorded(int at) const { return recorded_[static_cast<std::size_t>(at)]; }
  static constexpr int kStreams = 8;

 private:
  void work() {
    while (!ended_) {
      for (int at = 0; at < kStreams && !ended_; ++at) {
        // Backups verify all there is: what comes in while they do has to stay in proportion.
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        auto recorder = log_.recorder(stream(at));
        if (!recorder) continue;  // its events are on their way
        for (int i = 0; i < 50; ++i) {
          const auto seq = recorder->next_seq();
          if (recorder->record_token(std::to_string(seq), static_cast<std::int64_t>(seq)) ==
              Append::ok) {
            recorded_[static_cast<std::size_t>(at)] = seq + 1;
          }
        }
      }
    }
  }
  Log& log_;
  std::string name_;
  std::atomic<bool> ended_ = false;
  std::atomic<std::uint64_t> recorded_[kStreams] = {};
  std::thread thread_;
};

// Everything up to some event, in order; answers how many there are.
std::uint64_t front_of(const Reader& reader, const std::string& id) {
  auto cursor = reader.cursor(id);
  REQUIRE(cursor.ok());
  std::uint64_t events = 0;
  for (; cursor->next(); ++events) {
    if (cursor->view().seq != events || cursor->view().event.text != std::to_string(events)) {
      FAIL_CHECK("seq " << cursor->view().seq << " is event " << events);
    }
  }
  return events;
}

TEST_CASE("a backup is a store with the same events, linked or copied", "[tool][backup]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const std::string before = seen(store);
  const auto linked = run_reel({"backup", store, dir.file("new/linked")});
  INFO(linked.out << linked.err);
  CHECK(linked.code == 0);
  CHECK(linked.out.find("1 segment linked") != std::string::npos);
  CHECK(exported(dir.file("new/linked")) == exported(store));
  CHECK(run_reel({"verify", dir.file("new/linked")}).code == 0);
  const auto report = test::reel_json({"backup", store, dir.file("copy"), "--copy"});
  CHECK(report["linked_segments"] == 0);
  CHECK(report["copied_bytes"] == files::file_size(store + "/lanes/0000/0000000001.seg"));
  CHECK(exported(dir.file("copy")) == exported(store));
  CHECK(seen(store) == before);  // nothing was written, no lock was made
  struct stat info {};
  REQUIRE(::stat(dir.file("copy").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  REQUIRE(::stat(dir.file("copy/lanes/0000/0000000001.seg").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  CHECK(run_reel({"backup", store, dir.file("copy")}).code == 2);  // not over what is there
  CHECK(run_reel({"backup", store, store + "/inside"}).code == 2);
  CHECK(run_reel({"backup", dir.file("none"), dir.file("x")}).code == 3);
  CHECK_FALSE(files::exists(dir.file("x")));
  // Compacted away in the store, and still in the backup.
  REQUIRE(run_reel({"compact", store}).code == 0);
  CHECK(run_reel({"verify", dir.file("new/linked")}).code == 0);
}

TEST_CASE("damage is told with its place, and exit 1", "[tool][backup]") {
  const test::TempDir dir;
  make_store(dir.file("s"));
  const std::string file = dir.file("s/lanes/0000/0000000001.seg");
  std::string bytes = test::read_bytes(file);
  bytes[220] ^= 1;
  test::write_bytes(file, bytes);
  const auto found = run_reel({"backup", dir.file("s"), dir.file("out"), "--json"});
  CHECK(found.code == 1);
  CHECK(test::Json::parse(found.out)["damage"][0]["file"] == file);
  CHECK(run_reel({"ls", dir.file("out")}).code == 0);
}

TEST_CASE("on another filesystem a backup is copied, the next one linked to it", "[tool][backup]") {
  if (!files::exists("/dev/shm")) {
    WARN("skipped: there is no /dev/shm here");
    return;
  }
  const test::TempDir dir;
  make_store(dir.file("s"));
  const std::string disk = "/dev/shm/" + files::path(dir.path()).filename().string();
  const auto one = test::reel_json({"backup", dir.file("s"), disk + "/one"});
  const auto two =
      test::reel_json({"backup", dir.file("s"), disk + "/two", "--link-from", disk + "/one"});
  CHECK(one["copied_segments"] == 1);
  CHECK(two["linked_segments"] == 1);
  CHECK(exported(disk + "/two") == exported(dir.file("s")));
  files::remove_all(disk);
}

TEST_CASE("backups beside threads, processes and compactions hold all that was recorded before",
          "[tool][backup]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);  // its lane is taken by the Log below
  LogOptions options;
  options.segment_bytes_max = std::uint64_t{1} << 20;
  auto log = Log::open(store, options), second = Log::open(store, options);
  REQUIRE(log.ok());
  REQUIRE(second.ok());
  test::Child process(
      {test::kReelTool, "record", store, "--ack", "--stream", "piped", "--format", "text"});
  std::uint64_t acked = 0;
  Busy one(*log, "one-"), two(*log, "two-"), other(*second, "other-");
  for (int round = 0; round < 8; ++round) {
    for (std::string line; line.find("ACK") != 0;) {
      REQUIRE(process.write(std::to_string(acked) + '\n'));
      REQUIRE(process.read_line(line, 10'000));
    }
    ++acked;
    std::vector<std::pair<std::string, std::uint64_t>> before;
    for (const Busy* busy : {&one, &two, &other}) {
      for (int at = 0; at < Busy::kStreams; ++at)
        before.emplace_back(busy->stream(at), busy->recorded(at));
    }
    std::thread compaction([&] { (void)compact(store); });
    const std::string out = dir.file("b" + std::to_string(round));
    BackupOptions how;
    how.copy = round % 2 == 1;
    const auto report = backup(store, out, how);
    compaction.join();
    INFO(report.status().to_string());
    REQUIRE(report.ok());
    for (const Damage& damage : report->damage) UNSCOPED_INFO(damage.file << damage.what);
    CHECK(report->damage.empty());
    auto reader = Reader::open(out);
    REQUIRE(reader.ok());
    for (const auto& [id, events] : before) {
      INFO(id);
      CHECK(front_of(*reader, id) >= events);
    }
    CHECK(reader->metadata("piped").value()->event_count >= acked);
    CHECK(reader->damage().empty());
  }
  process.close_input();
  for (Busy* busy : {&one, &two, &other}) busy->end();
}

}  // namespace
}  // namespace reel
