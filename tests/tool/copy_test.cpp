// reel recover, merge and filter.
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::Json;
using test::reel_json;
using test::run_reel;
using test::token_line;

std::string exported(const std::string& path) { return run_reel({"export", path}).out; }

void record(const std::string& path, const std::string& lines) {
  REQUIRE(run_reel({"record", path}, lines).code == 0);
}

TEST_CASE("recover copies all of a whole store, and says what is lost of another", "[tool][copy]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  std::string lines;
  for (int seq = 0; seq < 30; ++seq)
    lines += token_line("a", seq, "hello") + token_line("b", seq, "x");
  record(store, lines);
  const auto whole = run_reel({"recover", store, dir.file("out")});
  CHECK(whole.code == 0);
  CHECK(whole.out == "copied 60 events of 2 streams to " + dir.file("out") + "\n");
  CHECK(exported(dir.file("out")) == exported(store));
  CHECK(run_reel({"recover", store, dir.file("out")}).code == 2);  // not over what is there
  CHECK(run_reel({"recover", dir.file("none"), dir.file("new")}).code == 3);

  const std::string file = store + "/lanes/0000/0000000001.seg";
  std::string bytes = test::read_bytes(file);
  bytes[220] ^= 1;
  test::write_bytes(file, bytes);
  const auto lossy = run_reel({"recover", store, dir.file("rescued"), "--json"});
  CHECK(lossy.code == 1);
  CHECK(Json::parse(lossy.out)["damage"].size() == 1);
  CHECK(run_reel({"verify", dir.file("rescued")}).code == 0);
}

TEST_CASE("merge joins stores, and keeps contradictions apart", "[tool][copy]") {
  const test::TempDir dir;
  record(dir.file("one"), token_line("a", 0, "x") + token_line("same", 0, "s"));
  record(dir.file("two"),
         token_line("b", 0, "y") + token_line("same", 0, "s") + token_line("same", 1, "t"));
  const auto joined = run_reel({"merge", dir.file("all"), dir.file("one"), dir.file("two")});
  CHECK(joined.code == 0);
  CHECK(joined.out == "copied 4 events of 3 streams to " + dir.file("all") + "\n");
  record(dir.file("three"), token_line("same", 0, "other"));
  const auto apart =
      run_reel({"merge", dir.file("again"), dir.file("one"), dir.file("three"), "--json"});
  CHECK(apart.code == 1);
  const Json report = Json::parse(apart.out);
  REQUIRE(report["conflicts"].size() == 1);
  CHECK(report["conflicts"][0]["stream"] == "same");
  const auto named = report["conflicts"][0]["copied_as"].get<std::string>();
  CHECK(reel_json({"tokens", dir.file("again"), named}) == Json{"other"});
}

TEST_CASE("filter takes streams by prefix and status, and events by type and time",
          "[tool][copy]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  const std::string complete =
      R"({"stream_id":"chat-1","seq":1,"event":{"type":"COMPLETE","ts":9,"content":"x",)"
      R"("token_count":1}})"
      "\n";
  record(store, token_line("chat-1", 0, "x") + complete + token_line("chat-2", 0, "y") +
                    token_line("job-1", 0, "z"));
  const auto streams = [&](std::vector<std::string> options) {
    static int made = 0;
    const std::string out = dir.file("out" + std::to_string(made++));
    options.insert(options.begin(), {"filter", store, out});
    CHECK(run_reel(options).code == 0);
    return run_reel({"export", out}).out;
  };
  const std::string all = exported(store);
  CHECK(streams({}) == all);
  CHECK(streams({"--prefix", "chat-"}) ==
        exported(store).substr(0, all.find(R"({"stream_id":"job)")));
  CHECK(streams({"--completed"}).find("chat-2") == std::string::npos);
  CHECK(streams({"--open"}).find("chat-1") == std::string::npos);
  CHECK(streams({"--type", "COMPLETE"}).find("TOKEN") == std::string::npos);
  CHECK(streams({"--until", "1970-01-01T00:00:00.006Z"}).find("COMPLETE") == std::string::npos);
}

TEST_CASE("split makes a store for each prefix, or each day", "[tool][copy]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  const auto started = [](const std::string& stream, double ts) {
    return Json{{"stream_id", stream}, {"seq", 0}, {"event", {{"type", "START"}, {"ts", ts}}}}
               .dump() +
           "\n";
  };
  constexpr double kDay = 86'400'000;
  record(store, started("chat-1", 0) + started("chat-2", kDay + 1) + started("../x", 2 * kDay) +
                    token_line("job", 0, "z"));
  const auto done = run_reel({"split", store, dir.file("parts"), "--by-prefix", "-", "--json"});
  CHECK(done.code == 0);
  CHECK(test::values_of(done.out).size() == 3);
  CHECK(run_reel({"ls", dir.file("parts/chat"), "--json"}).out.find("chat-2") != std::string::npos);
  CHECK(reel_json({"info", dir.file("parts/%2E.%2Fx")})["streams"] == 1);
  CHECK(reel_json({"info", dir.file("parts/job")})["streams"] == 1);
  CHECK(run_reel({"split", store, dir.file("days"), "--by-day"}).code == 0);
  CHECK(reel_json({"info", dir.file("days/1970-01-02")})["streams"] == 1);
  CHECK(reel_json({"info", dir.file("days/unknown")})["streams"] == 1);
  CHECK(run_reel({"split", store, dir.file("none")}).code == 2);
}

}  // namespace
}  // namespace reel
