// --since and --until on cat, export, ls and tail: since <= stamp < until.
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

std::string line(const std::string& stream, int seq, double ts, const Json& event) {
  Json full = event;
  full["ts"] = ts;
  return Json{{"stream_id", stream}, {"seq", seq}, {"event", full}}.dump() + "\n";
}

Json token(int index) { return {{"type", "TOKEN"}, {"value", "v"}, {"index", index}}; }
const Json kStart = {{"type", "START"}};
const Json kComplete = {{"type", "COMPLETE"}, {"content", "v"}, {"token_count", 1}};

// a: 1000 to 4000, with a gap behind 2000. b: tokens alone, 3000 and 9000. c: an open one, 8000.
void make_store(const std::string& store) {
  const std::string lines = line("a", 0, 1000, kStart) + line("a", 1, 2000, token(0)) +
                            line("a", 5, 3000, token(1)) + line("a", 6, 4000, kComplete) +
                            line("b", 0, 3000, token(0)) + line("b", 1, 9000, token(1)) +
                            line("c", 0, 8000, kStart);
  REQUIRE(run_reel({"import", store, "-"}, lines).code == 0);
}

std::vector<std::string> with(std::vector<std::string> verb, const char* since, const char* until) {
  if (*since != '\0') verb.insert(verb.end(), {"--since", since});
  if (*until != '\0') verb.insert(verb.end(), {"--until", until});
  return verb;
}

Lines places(const std::string& out) {
  Lines list;
  for (const Json& value : values_of(out)) {
    list.push_back(value["stream_id"].get<std::string>() + " " +
                   std::to_string(value["seq"].get<int>()));
  }
  return list;
}

}  // namespace

TEST_CASE("export and cat print the events that the window holds", "[tool][time]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto exported = [&](const char* since, const char* until) {
    const Finished done = run_reel(with({"export", store}, since, until));
    CHECK(done.code == 0);
    CHECK(run_reel(with({"cat", store, "--json"}, since, until)).out == done.out);
    return places(done.out);
  };
  CHECK(exported("", "") == Lines{"a 0", "a 1", "a 5", "a 6", "b 0", "b 1", "c 0"});
  CHECK(exported("@3", "") == Lines{"a 5", "a 6", "b 0", "b 1", "c 0"});
  CHECK(exported("", "@3") == Lines{"a 0", "a 1"});
  CHECK(exported("@2000ms", "1970-01-01T00:00:03.001Z") == Lines{"a 1", "a 5", "b 0"});
  CHECK(exported("1m", "now").empty());
  CHECK(exported("", "3d").size() == 7);
  // A gap goes with the event before it.
  CHECK_THAT(run_reel(with({"cat", store}, "@2", "@3")).out, Contains("3 events missing"));
  CHECK_THAT(run_reel(with({"cat", store}, "@3", "")).out, !Contains("missing"));
  const std::string out = dir.file("l0");
  REQUIRE(
      run_reel(with({"export", store, "b", "--format", "l0", "--output", out}, "@5", "")).code ==
      0);
  CHECK(run_reel({"import", dir.file("again"), out + "/b.json"}).code <= 1);
}

TEST_CASE("ls lists the streams that were going on in the window", "[tool][time]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto listed = [&](const char* since, const char* until) {
    Lines ids;
    for (const Json& stream :
         values_of(run_reel(with({"ls", store, "--json"}, since, until)).out)) {
      ids.push_back(stream["stream_id"]);
    }
    return ids;
  };
  CHECK(listed("", "") == Lines{"a", "b", "c"});
  CHECK(listed("@4", "") == Lines{"a", "b", "c"});
  CHECK(listed("@4.001", "") == Lines{"b", "c"});
  CHECK(listed("@5", "@6") == Lines{"b"});
  CHECK(listed("", "@3") == Lines{"a"});
  CHECK(listed("", "@1").empty());
  CHECK(listed("@9.001", "").empty());
}

TEST_CASE("tail prints the newest of the window", "[tool][time][tail]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const auto newest = [&](const char* since, const char* until) {
    return places(run_reel(with({"tail", store, "-n", "2", "--json"}, since, until)).out);
  };
  CHECK(newest("", "") == Lines{"c 0", "b 1"});
  CHECK(newest("", "@4") == Lines{"a 5", "b 0"});
  CHECK(newest("@8.5", "") == Lines{"b 1"});
  CHECK(newest("@2", "@3") == Lines{"a 1"});
}

TEST_CASE("what is no time or no window is wrong usage", "[tool][time]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const Finished no_time = run_reel({"cat", store, "--since", "yesteryear"});
  CHECK(no_time.code == 2);
  CHECK_THAT(no_time.err, Contains("yesteryear"));
  CHECK(run_reel({"ls", store, "--since", "@5", "--until", "@4"}).code == 2);
  CHECK(run_reel({"ls", store, "--until", "@5", "--since", "@5"}).code == 2);
  CHECK(run_reel({"ls", store, "--until", ""}).code == 2);
}
