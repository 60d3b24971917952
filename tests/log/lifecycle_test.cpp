// How programs end with a Log open, and what the next one finds: everything they were told `ok`
// for.
#include <algorithm>
#include <sstream>

#include "io/file_system.hpp"
#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

struct End {
  test::Finished finished;
  std::uint64_t recorded = 0;
  std::string last_line;
};

End end_by(const std::string& way, const std::string& store) {
  End end;
  end.finished = test::run({test::kEndsProgram, way, store, test::kPluginLibrary});
  std::istringstream lines(end.finished.out);
  std::string line;
  std::getline(lines, line);
  end.recorded = line.empty() ? 0 : std::stoull(line);
  while (std::getline(lines, line)) end.last_line = line;
  INFO(end.finished.err);
  CHECK(end.recorded > 0);
  return end;
}

std::uint64_t stored_events(const std::string& store) {
  std::uint64_t events = 0;
  for (const auto& [id, stream] : test::read_back(io::posix(), store)) {
    for (std::size_t i = 0; i < stream.events.size(); ++i) CHECK(stream.events[i].first == i);
    events += stream.events.size();
  }
  return events;
}

}  // namespace

TEST_CASE("however a process ends, the next one finds what was recorded", "[log][ends]") {
  const auto [way, code] = GENERATE(table<std::string, int>({{"return", 0},
                                                             {"exit", 0},
                                                             {"_exit", 0},
                                                             {"quick_exit", 0},
                                                             {"abort", 128 + 6},
                                                             {"terminate", 128 + 6},
                                                             {"kill", 128 + 9}}));
  const test::TempDir dir;
  const std::string store = dir.path() + "/store";
  const End end = end_by(way, store);
  INFO(way);
  CHECK(end.finished.code == code);
  CHECK(stored_events(store) == end.recorded);
  auto log = Log::open(store);
  REQUIRE(log.ok());
  CHECK_FALSE(log->recovery().clean);
  CHECK(log->close().status.ok());
  CHECK(stored_events(store) == end.recorded);
}

TEST_CASE("a Log that exit() destroys is closed by it", "[log][ends]") {
  const test::TempDir dir;
  const End end = end_by("static", dir.path() + "/store");
  CHECK(end.finished.code == 0);
  auto log = Log::open(dir.path() + "/store");
  REQUIRE(log.ok());
  CHECK(log->recovery().clean);
  CHECK(stored_events(dir.path() + "/store") == end.recorded);
}

TEST_CASE("a Recorder that outlives its Log, or its thread's end, answers closed", "[log][ends]") {
  const auto [way, last] = GENERATE(table<std::string, std::string>(
      {{"static_order", "late closed"}, {"thread_end", "ended closed"}}));
  const test::TempDir dir;
  const End end = end_by(way, dir.path() + "/store");
  CHECK(end.finished.code == 0);
  CHECK(end.last_line == last);
  CHECK(stored_events(dir.path() + "/store") == end.recorded);
}

TEST_CASE("main may return while other threads record", "[log][ends]") {
  const test::TempDir dir;
  const End end = end_by("busy_threads", dir.path() + "/store");
  CHECK(end.finished.code == 0);
  CHECK(stored_events(dir.path() + "/store") >= end.recorded);
}

TEST_CASE("signals that interrupt every call lose nothing", "[log][ends]") {
  const test::TempDir dir;
  const End end = end_by("signals", dir.path() + "/store");
  CHECK(end.finished.code == 0);
  CHECK(end.recorded == 1000);
  CHECK(stored_events(dir.path() + "/store") == 1000);
}

TEST_CASE("a plugin that records may be unloaded", "[log][ends]") {
  const test::TempDir dir;
  const End end = end_by("plugin", dir.path() + "/store");
  CHECK(end.finished.code == 0);
  CHECK(end.recorded == 60);
  CHECK(stored_events(dir.path() + "/store") == 60);
}
