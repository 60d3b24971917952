// `reel tail`: the newest events, a cursor to go on from, and following whatever happens.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

std::string stamped(const std::string& stream, int seq, double ts) {
  return Json{{"stream_id", stream},
              {"seq", seq},
              {"event", {{"type", "TOKEN"}, {"ts", ts}, {"value", "v"}, {"index", seq}}}}
             .dump() +
         "\n";
}

// "stream seq" of each envelope.
Lines places(const std::string& out) {
  Lines list;
  for (const Json& line : values_of(out)) {
    if (!line.contains("stream_id")) continue;
    list.push_back(line["stream_id"].get<std::string>() + " " +
                   std::to_string(line["seq"].get<int>()));
  }
  return list;
}

void import_lines(const std::string& store, const std::string& lines) {
  REQUIRE(run_reel({"import", store, "-"}, lines).code == 0);
}

// Three streams whose stamps interleave.
void make_store(const std::string& store) {
  import_lines(store, stamped("a", 0, 1000) + stamped("b", 0, 2000) + stamped("a", 1, 3000) +
                          stamped("c", 0, 4000) + stamped("b", 1, 5000) + stamped("a", 2, 6000));
}

// Every event exactly once: of each stream all seqs from 0, in order.
class Once {
 public:
  void take(const std::string& line) {
    const Json value = Json::parse(line);
    if (!value.contains("stream_id")) return;
    const std::string id = value["stream_id"];
    const int seq = value["seq"];
    INFO(id);
    REQUIRE(seq == next_[id]);
    ++next_[id];
    ++count;
  }
  void take_all(const std::string& text) {
    for (const std::string& line : lines_of(text)) take(line);
  }
  int count = 0;

 private:
  std::map<std::string, int> next_;
};

}  // namespace

TEST_CASE("tail prints the newest events of all streams by time, or of those named",
          "[tool][tail]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto tail = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"tail", store, "--json"});
    const Finished done = run_reel(options);
    CHECK(done.err.empty());
    CHECK(done.code == 0);
    return places(done.out);
  };
  CHECK(tail({}) == Lines{"a 0", "b 0", "a 1", "c 0", "b 1", "a 2"});
  CHECK(tail({"-n", "3"}) == Lines{"c 0", "b 1", "a 2"});
  CHECK(tail({"--lines", "0"}).empty());
  CHECK(tail({"b", "-n", "1"}) == Lines{"b 1"});
  CHECK(tail({"b", "c", "-n", "2"}) == Lines{"c 0", "b 1"});
  CHECK(tail({"--ns", "other"}).empty());
  const Finished for_people = run_reel({"tail", store, "-n", "1"});
  CHECK_THAT(for_people.out, Contains("TOKEN"));
  CHECK(lines_of(for_people.out).size() == 1);
  CHECK(run_reel({"tail", store, "none"}).code == 1);
  CHECK(run_reel({"tail", dir.file("none")}).code == 3);
  CHECK(run_reel({"tail", store, "-n", "x"}).code == 2);
}

TEST_CASE("tail goes on from a cursor, in a file or handed back", "[tool][tail]") {
  const TempDir dir;
  const std::string store = dir.file("s"), file = dir.file("cursor");
  make_store(store);
  const auto tail = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"tail", store, "--json"});
    return run_reel(options);
  };
  CHECK(places(tail({"-n", "1", "--cursor-file", file}).out) == Lines{"a 2"});
  CHECK(tail({"--cursor-file", file}).out.empty());
  import_lines(store, stamped("d", 0, 1) + stamped("a", 3, 2));
  CHECK(places(tail({"--cursor-file", file}).out) == Lines{"a 3", "d 0"});
  CHECK(tail({"--cursor-file", file}).out.empty());

  const Finished shown = tail({"--show-cursor", "-n", "0"});
  const std::string cursor = Json::parse(shown.out)["cursor"];
  CHECK(tail({"--after-cursor", cursor}).out.empty());
  import_lines(store, stamped("d", 1, 3));
  CHECK(places(tail({"--after-cursor", cursor}).out) == Lines{"d 1"});

  // A cursor that is broken, of other streams or of another store is refused, and nothing is lost.
  CHECK(tail({"--after-cursor", cursor.substr(1)}).code == 2);
  CHECK(tail({"a", "--after-cursor", cursor}).code == 2);
  const std::string other = dir.file("other");
  make_store(other);
  CHECK(run_reel({"tail", other, "--after-cursor", cursor}).code == 2);
}

TEST_CASE("following ends on a signal and at a stream's end, and a broken pipe is no error",
          "[tool][tail]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  std::string line;
  for (const int signal : {SIGINT, SIGTERM}) {
    Child child({kReelTool, "tail", store, "-f", "-n", "1", "--json"});
    REQUIRE(child.read_line(line, 60000));
    child.signal(signal);
    CHECK(child.wait() == 0);
  }
  {
    Child child({kReelTool, "tail", store, "-f", "-n", "1"});
    REQUIRE(child.read_line(line, 60000));
    child.close_output();
    CHECK(child.wait() == 0);  // though nothing more comes
  }
  Child child({kReelTool, "tail", store, "later", "--follow", "--stop-at-end", "--json"});
  import_lines(store, stamped("later", 0, 1) + stamped("a", 3, 1));
  REQUIRE(child.read_line(line, 60000));
  CHECK(places(line) == Lines{"later 0"});
  import_lines(store,
               R"({"stream_id":"later","seq":1,"event":{"type":"COMPLETE","ts":2,"content":"v",)"
               R"("token_count":1}})");
  REQUIRE(child.read_line(line, 60000));
  CHECK(places(line) == Lines{"later 1"});
  CHECK(child.wait() == 0);
  CHECK(run_reel({"tail", store, "--follow", "--stop-at-end"}).code == 2);
}

TEST_CASE("a follower sees each event once: writers killed, two lanes, small segments, restarts",
          "[tool][tail][kill]") {
  const TempDir dir;
  const std::string store = dir.file("s"), file = dir.file("cursor");
  reel::LogOptions options;
  options.segment_bytes_max = 16 << 10;
  options.arena_bytes = std::size_t{16} << 20;
  options.sync_interval_ms = 50;
  constexpr int kRounds = 6, kEvents = 3000;
  const auto follow = [&] {
    return std::vector<std::string>{kReelTool, "tail",          store, "--follow", "-n",
                                    "0",       "--cursor-file", file,  "--json"};
  };
  import_lines(store, stamped("first", 0, 1));
  REQUIRE(run_reel({"tail", store, "-n", "0", "--cursor-file", file}).code == 0);
  Once once;
  int recorded = 0;
  for (int round = 0; round < kRounds; ++round) {
    Child follower(follow());
    // This process records in one lane, a child that is killed in another one.
    auto log = reel::Log::open(store, options);
    REQUIRE(log.ok());
    auto here = log->recorder("here");
    REQUIRE(here.ok());
    Child writer({kReelTool, "record", store, "--ack"});
    std::string line;
    for (int i = 0; i < kEvents; ++i) {
      REQUIRE(here->record_token("token " + std::to_string(i), i) == reel::Append::ok);
      ++recorded;
      if (i % 10 != 0) continue;
      const std::string id = "r" + std::to_string(round);
      REQUIRE(writer.write(token_line(id, i / 10, "x")));
      REQUIRE(writer.read_line(line, 60000));  // acknowledged: it survives the kill
      ++recorded;
    }
    writer.signal(SIGKILL);
    writer.wait();
    here->close();
    if (round % 2 == 0) CHECK(log->close().status.ok());
    // Half of the rounds wait for all of it; the others interrupt the follower somewhere.
    if (round % 2 == 0) {
      while (once.count < recorded && follower.read_line(line, 60000)) once.take(line);
    }
    follower.signal(SIGINT);
    once.take_all(follower.read_rest());
    CHECK(follower.wait() == 0);
  }
  const Finished rest = run_reel({"tail", store, "--cursor-file", file, "--json"});
  once.take_all(rest.out);
  CHECK(once.count == recorded);
  CHECK(run_reel({"tail", store, "--cursor-file", file, "--json"}).out.empty());
  std::size_t segments = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store)) {
    segments += entry.path().extension() == ".seg";
  }
  CHECK(segments > 10);
}
