// L0's own files out of a store, and back.
#include "event/frame.hpp"
#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/random_event.hpp"
#include "support/reel_tool.hpp"
#include "support/same_members.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

// Lines of some streams with every kind of event, and a jump of seqs here and there.
std::string random_lines(std::uint64_t seed) {
  RandomEvents random(seed);
  std::map<std::string, std::uint64_t> next;
  std::string lines, parts;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "chat-" + std::to_string(random.below(4));
    const std::uint64_t seq = next[id] + (random.below(20) == 0 ? 3 : 0);
    const reel::Event event = random.event();
    reel::json::append_envelope(lines, {id, seq, reel::event::view_of(event, parts)});
    lines += '\n';
    next[id] = seq + 1;
  }
  return lines;
}

std::size_t files_in(const std::string& directory) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(directory), {}));
}

}  // namespace

TEST_CASE("a snapshot goes out beside its stream and comes back as one", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s"), copy = dir.file("copy"), out = dir.file("l0");
  REQUIRE(run_reel({"import", store, "-"}, token_line("chat-7", 0, "Hi")).code == 0);
  REQUIRE(run_reel({"snapshot", store, "chat-7"}).code == 0);
  REQUIRE(run_reel({"export", store, "--format", "l0", "--output", out}).code == 0);
  const std::string file = out + "/chat-7.snapshot.json";
  const Json snapshot = Json::parse(read_bytes(file));
  CHECK(snapshot["seq"] == 0);
  CHECK(snapshot["content"] == "Hi");
  for (int round = 0; round < 2; ++round) {  // the same one is saved once
    const Json totals = reel_json({"import", copy, out + "/chat-7.json", file});
    CHECK(totals["snapshots"] == 1);
  }
  CHECK(files_in(copy + "/snapshots") == 1);
  CHECK(files_in(std::filesystem::directory_iterator(copy + "/snapshots")->path()) == 1);
  REQUIRE(run_reel({"export", copy, "--format", "l0", "--output", dir.file("again")}).code == 0);
  CHECK(Json::parse(read_bytes(dir.file("again/chat-7.snapshot.json"))) == snapshot);
}

TEST_CASE("L0's own snapshot files are taken, in either spelling, broken ones are refused",
          "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  write_bytes(dir.file("a.json"), R"({
  "stream_id": "chat-7", "seq": 4, "ts": 1705619139921.5, "content": "Hello", "token_count": 5,
  "checkpoint": "Hel", "violations": [{"type": "event"}], "drift_detected": true, "retry_attempts": 1,
  "network_retry_count": 2, "fallback_index": 0
})");
  write_bytes(dir.file("b.json"),
              R"({"streamId":"chat-8","seq":1,"ts":5,"content":"","tokenCount":0,)"
              R"("violations":[],"driftDetected":false,"retryAttempts":0})");
  CHECK(reel_json({"import", store, dir.file("a.json"), dir.file("b.json")})["snapshots"] == 2);
  write_bytes(dir.file("c.json"), R"({"stream_id":"x","seq":-1,"content":"","retry_attempts":0})");
  const Finished refused = run_reel({"import", store, dir.file("c.json")});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Contains("c.json") && Contains("seq"));
}

TEST_CASE("what is exported as L0's files comes back by value", "[tool]") {
  const auto seed = GENERATE(61u, 62u, 63u);
  CAPTURE(seed);
  const TempDir dir;
  const std::string store = dir.file("s"), copy = dir.file("copy"), out = dir.file("a/b");
  REQUIRE(run_reel({"import", store, "-"}, random_lines(seed)).code == 0);
  const Finished exported = run_reel({"export", store, "--format", "l0", "--output", out});
  CAPTURE(exported.err);
  CHECK(exported.code == 0);
  CHECK(files_in(out) == 4);
  std::vector<std::string> import = {"import", copy};
  for (const char* id : {"chat-0", "chat-1", "chat-2", "chat-3"}) {
    import.push_back(out + "/" + id + ".json");
  }
  REQUIRE(run_reel(import).code == 0);
  for (const char* id : {"chat-0", "chat-1", "chat-2", "chat-3"}) {
    const Lines before = lines_of(run_reel({"export", store, id}).out);
    const Lines after = lines_of(run_reel({"export", copy, id}).out);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      check_same_members(Ordered::parse(before[i]), Ordered::parse(after[i]));
    }
    CHECK(reel_json({"state", store, id}) == reel_json({"state", copy, id}));
  }
}

TEST_CASE("ids that are no file names are left out, never a path", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("in/s"), out = dir.file("in/out");
  std::filesystem::create_directory(dir.file("in"));
  const std::string longest(230, 'y');
  REQUIRE(run_reel({"import", store, "-"},
                   token_line("../x", 0, "a") + token_line("a.b", 0, "b") +
                       token_line(longest + "y", 0, "c") + token_line("\xC3\xA9", 0, "d") +
                       token_line("good_1", 0, "e") + token_line(longest, 0, "f") +
                       token_line("-rf", 0, "g"))
              .code == 0);
  const Finished finished =
      run_reel({"export", store, "--format", "l0", "--output", out, "--json"});
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains("\"../x\"") && Contains("\"a.b\""));
  CHECK(values_of(finished.out) ==
        std::vector<Json>{
            {{"stream_id", "good_1"}, {"file", out + "/good_1.json"}, {"events", 1}},
            {{"stream_id", longest}, {"file", out + "/" + longest + ".json"}, {"events", 1}},
            {{"stream_id", "-rf"}, {"file", out + "/-rf.json"}, {"events", 1}}});
  CHECK(files_in(out) == 3);
  CHECK(files_in(dir.file("in")) == 2);
  CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("a file that is there is replaced only when that is asked for", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s"), out = dir.file("out");
  REQUIRE(
      run_reel({"import", store, "-"}, token_line("a", 0, "x") + token_line("b", 0, "y")).code ==
      0);
  std::filesystem::create_directory(out);
  write_bytes(out + "/a.json", "mine");
  const std::vector<std::string> arguments = {"export", store, "--format", "l0", "--output", out};
  const Finished refused = run_reel(arguments);
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Contains("a.json") && Contains("--force"));
  CHECK(read_bytes(out + "/a.json") == "mine");
  CHECK_THAT(read_bytes(out + "/b.json"), Contains("\"value\": \"y\""));
  std::vector<std::string> forced = arguments;
  forced.emplace_back("--force");
  CHECK(run_reel(forced).code == 0);
  CHECK_THAT(read_bytes(out + "/a.json"), Contains("\"value\": \"x\""));
  CHECK(files_in(out) == 2);
}

TEST_CASE("only the streams asked for are written, a missing one is told", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s"), out = dir.file("out");
  REQUIRE(
      run_reel({"import", store, "-"}, token_line("a", 0, "x") + token_line("b", 0, "y")).code ==
      0);
  const Finished finished =
      run_reel({"export", store, "b", "none", "--format", "l0", "--output", out});
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains("no stream \"none\""));
  CHECK(finished.out == out + "/b.json  1 event\n");
  CHECK(files_in(out) == 1);
}

TEST_CASE("a folder that cannot be written to is exit 3", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  REQUIRE(run_reel({"import", store, "-"}, token_line("a", 0, "x")).code == 0);
  write_bytes(dir.file("file"), "");
  const Finished finished =
      run_reel({"export", store, "--format", "l0", "--output", dir.file("file")});
  CHECK(finished.code == 3);
  CHECK_THAT(finished.err, Contains(dir.file("file")));
}
