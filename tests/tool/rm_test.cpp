// reel rm and reel snapshot: what they leave, say and answer, beside a living writer too.
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

// Streams a (3 tokens) and b (1).
std::string store_of_two(const TempDir& dir) {
  std::string store = dir.file("s");
  const std::string lines = token_line("a", 0, "x") + token_line("a", 1, "y") +
                            token_line("b", 0, "B") + token_line("a", 2, "z");
  REQUIRE(run_reel({"record", store}, lines).code == 0);
  return store;
}

Lines ids(const std::string& store) {
  Lines found;
  for (const Json& line : values_of(run_reel({"ls", store, "--json"}).out)) {
    found.push_back(line["stream_id"]);
  }
  return found;
}

}  // namespace

TEST_CASE("rm deletes, and the id begins anew at seq 0", "[tool][rm]") {
  const TempDir dir;
  const std::string store = store_of_two(dir);
  const Finished removed = run_reel({"rm", store, "a"});
  CHECK(removed.code == 0);
  CHECK(removed.out.empty());
  CHECK(ids(store) == Lines{"b"});
  CHECK(run_reel({"state", store, "a"}).code == 1);
  CHECK(run_reel({"export", store}).out.find("\"a\"") == std::string::npos);
  REQUIRE(run_reel({"record", store}, token_line("a", 0, "new")).code == 0);
  CHECK(reel_json({"tokens", store, "a"}) == Json{"new"});
  CHECK(ids(store) == Lines{"b", "a"});
  CHECK(run_reel({"verify", store}).code == 0);
}

TEST_CASE("rm tells a missing stream and goes on", "[tool][rm]") {
  const TempDir dir;
  const std::string store = store_of_two(dir);
  const Finished removed = run_reel({"rm", store, "a", "never", "b", "a", "--json"});
  CHECK(removed.code == 1);
  CHECK_THAT(removed.err, Contains("never"));
  const auto told = values_of(removed.out);
  REQUIRE(told.size() == 4);
  CHECK(told[0] == Json{{"stream", "a"}, {"deleted", true}});
  CHECK(told[1] == Json{{"stream", "never"}, {"deleted", false}});
  CHECK(told[2] == Json{{"stream", "b"}, {"deleted", true}});
  CHECK(told[3] == Json{{"stream", "a"}, {"deleted", false}});
  CHECK(ids(store).empty());
  CHECK(run_reel({"rm", dir.file("none"), "a"}).code == 3);
  CHECK(run_reel({"rm", store}).code == 2);
}

TEST_CASE("rm keeps to its namespace", "[tool][rm]") {
  const TempDir dir;
  const std::string store = store_of_two(dir);
  CHECK(run_reel({"rm", store, "a", "--ns", "other"}).code == 1);
  CHECK(ids(store) == Lines{"a", "b"});
}

TEST_CASE("rm beside a living writer: what it has open is busy, the rest goes", "[tool][rm]") {
  const TempDir dir;
  const std::string store = store_of_two(dir);
  Child writer({kReelTool, "record", store, "--ack"});
  REQUIRE(writer.write(token_line("a", 3, "more")));
  std::string ack;
  REQUIRE(writer.read_line(ack, 10000));
  REQUIRE(ack == "ACK 0 a 3");
  const Finished refused = run_reel({"rm", store, "a"});
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Contains("living process"));
  CHECK(run_reel({"rm", store, "b"}).code == 0);
  CHECK(ids(store) == Lines{"a"});
  // The writer, which knew b's next seq, begins it anew.
  REQUIRE(writer.write(token_line("b", 0, "new")));
  REQUIRE(writer.read_line(ack, 10000));
  CHECK(ack == "ACK 1 b 0");
  writer.close_input();
  CHECK(writer.wait() == 0);
  CHECK(reel_json({"tokens", store, "b"}) == Json{"new"});
  CHECK(reel_json({"tokens", store, "a"}) == Json{"x", "y", "z", "more"});
  CHECK(run_reel({"verify", store}).code == 0);
}

TEST_CASE("snapshot says which seq it is of", "[tool][snapshot]") {
  const TempDir dir;
  const std::string store = store_of_two(dir);
  const Finished taken = run_reel({"snapshot", store, "a"});
  CHECK(taken.code == 0);
  CHECK(taken.out == "2\n");
  const Json told = reel_json({"snapshot", store, "a"});
  CHECK(told["stream"] == "a");
  CHECK(told["seq"] == 2);
  CHECK(told["ts"].get<double>() > 1.6e12);
  const Finished missing = run_reel({"snapshot", store, "never"});
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Contains("never"));
  CHECK(run_reel({"snapshot", dir.file("none"), "a"}).code == 3);
  CHECK(ids(store) == Lines{"a", "b"});
  CHECK(run_reel({"verify", store}).code == 0);
  CHECK(run_reel({"rm", store, "a"}).code == 0);
  CHECK(run_reel({"verify", store}).code == 0);
}

TEST_CASE("an id that looks like a list is one id", "[tool][rm]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  std::string lines;
  for (const char* id : {"a", "b", "[a,b]", "{}", "[]"}) lines += token_line(id, 0, id);
  REQUIRE(run_reel({"record", store}, lines).code == 0);
  for (const std::string verb : {"export", "cat"}) {
    const Finished shown = run_reel({verb, store, "[a,b]", "{}", "--json"});
    CHECK(shown.code == 0);
    CHECK(shown.out ==
          run_reel({"export", store, "[a,b]"}).out + run_reel({"export", store, "{}"}).out);
    CHECK(values_of(shown.out).front()["stream_id"] == "[a,b]");
  }
  CHECK(run_reel({"rm", store, "[a,b]", "{}"}).code == 0);
  CHECK(ids(store) == Lines{"a", "b", "[]"});
  CHECK(run_reel({"rm", store, "--", "[]", "b"}).code == 0);
  CHECK(ids(store) == Lines{"a"});
}
