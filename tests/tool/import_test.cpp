// Files of all kinds, good and bad.
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;

namespace {

Json info(const std::string& store, const std::string& stream) {
  return reel_json({"info", store, stream});
}

}  // namespace

TEST_CASE("a jump forward becomes a gap, and a second import changes nothing", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  const std::string lines =
      token_line("a", 2, "x") + token_line("a", 3, "y") + token_line("a", 9, "z");
  write_bytes(dir.file("f.jsonl"), lines);
  const Finished first = run_reel({"import", store, dir.file("f.jsonl"), "--json"});
  CAPTURE(first.err);
  CHECK(first.code == 0);
  const Json totals = Json::parse(first.out);
  CHECK(totals["events"] == 3);
  CHECK(totals["gaps"] == 2);
  CHECK(totals["gap_events"] == 7);
  CHECK(totals["stream"].is_null());  // every line named its own
  CHECK(info(store, "a")["gaps"] == 7);
  CHECK((values_of(run_reel({"export", store}).out) == values_of(lines)));
  CHECK_THAT(run_reel({"cat", store, "a"}).out, Contains("5 events missing (import)"));
  const Finished again = run_reel({"import", store, dir.file("f.jsonl"), "--json"});
  CHECK(again.code == 0);
  CHECK(Json::parse(again.out)["repeated"] == 3);
  CHECK(Json::parse(again.out)["events"] == 0);
  CHECK((values_of(run_reel({"export", store}).out) == values_of(lines)));
  CHECK(run_reel({"import", store, "-"}, token_line("a", 5, "lost")).code == 1);  // in the gap
  CHECK((values_of(run_reel({"export", store}).out) == values_of(lines)));
}

TEST_CASE("bare events and arrays go to the stream their file is named after", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  write_bytes(dir.file("chat-1.jsonl"), R"({"type":"TOKEN","ts":1,"value":"a","index":0})"
                                        "\r\n"
                                        R"({"type":"TOKEN","ts":2,"value":"b","index":1})");
  write_bytes(dir.file("chat-2.json"), "\xEF\xBB\xBF\n[\n  " + token_line("chat-2", 0, "c") +
                                           ",\n  " + token_line("chat-2", 1, "d") + "\n]\n");
  write_bytes(dir.file("chat-3.json"), R"([{"type":"TOKEN","ts":1,"value":"e","index":0}])");
  write_bytes(dir.file("empty.jsonl"), "");
  const Finished finished =
      run_reel({"import", store, dir.file("chat-1.jsonl"), dir.file("chat-2.json"),
                dir.file("chat-3.json"), dir.file("empty.jsonl")});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(reel_json({"tokens", store, "chat-1"}) == Json({"a", "b"}));
  CHECK(reel_json({"tokens", store, "chat-2"}) == Json({"c", "d"}));
  CHECK(reel_json({"tokens", store, "chat-3"}) == Json({"e"}));
}

TEST_CASE("files of L0's TypeScript package come out as interchange", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  write_bytes(dir.file("a.json"), R"([
    {"streamId":"own-id","seq":0,"event":{"type":"START","ts":1,"options":{"detectDrift":true}}},
    {"streamId":"own-id","seq":1,"event":{"type":"COMPLETE","ts":2,"content":"x","tokenCount":3}}])");
  write_bytes(dir.file("bare.json"),
              R"([{"type":"RETRY","ts":1,"reason":"r","attempt":1,"countsTowardLimit":false}])");
  const Finished finished = run_reel({"import", store, dir.file("a.json"), dir.file("bare.json")});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(reel_json({"state", store, "own-id"})["token_count"] == 3);
  CHECK(info(store, "own-id")["options"] == Json({{"detectDrift", true}}));
  CHECK(reel_json({"state", store, "bare"})["network_retry_count"] == 1);
  const auto lines = values_of(run_reel({"export", store}).out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["event"]["token_count"] == 3);
  CHECK(lines[2]["event"]["counts_toward_limit"] == false);
}

TEST_CASE("a bad line is named, and the rest is stored", "[tool]") {
  const std::string good = R"({"type":"TOKEN","ts":1,"value":"ok","index":0})";
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  const auto bad = GENERATE_COPY(
      std::string("{"), std::string("nonsense"), std::string("\x01\x02\xff\xfe"),
      std::string("\0\0", 2), std::string("{}"), std::string("[1]"), std::string("null"),
      std::string(R"({"type":"TOKEN","ts":1,"value":"\ud800","index":0})"),
      std::string(R"({"type":"TOKEN","ts":1e999,"value":"a","index":0})"),
      std::string(R"({"type":"TOKEN","ts":NaN,"value":"a","index":0})"),
      std::string(R"({"type":"TOKEN","ts":1,"ts":2,"value":"a","index":0})"),
      std::string(R"({"type":"TOKEN","ts":1,"value":"a"})"),
      std::string(R"({"type":"TOKEN","ts":1,"value":7,"index":0})"),
      std::string(R"({"type":"TOKEN","ts":1,"value":"a","index":99999999999999999999})"),
      std::string("{\"type\":\"TOKEN\",\"ts\":1,\"value\":\"\xff\",\"index\":0}"),
      std::string(R"({"stream_id":"","seq":0,"event":)") + good + "}",
      std::string(R"({"stream_id":")") + std::string(5000, 'x') + R"(","seq":0,"event":)" + good +
          "}",
      std::string(R"({"stream_id":"x","seq":-1,"event":)") + good + "}",
      std::string(R"({"type":"START","ts":1,"options":)") + deep + "}");
  const TempDir dir;
  write_bytes(dir.file("f.jsonl"), good + "\n" + bad + "\n" + good + "\n");
  const Finished finished = run_reel({"import", dir.file("s"), dir.file("f.jsonl")});
  CAPTURE(bad.substr(0, 100), finished.err.substr(0, 300));
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains(dir.file("f.jsonl") + ":2: "));
  CHECK(reel_json({"tokens", dir.file("s"), "f"}) == Json({"ok", "ok"}));
}

TEST_CASE("an id is data, never a path", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("in/s");
  std::filesystem::create_directory(dir.file("in"));
  const std::string lines = token_line("../../x", 0, "a") + token_line("/etc/passwd", 0, "b") +
                            token_line(std::string("n\0l", 3), 0, "c") +
                            token_line("\x1b[2J", 0, "d") +
                            token_line(std::string(4096, 'y'), 0, "e");
  const Finished finished = run_reel({"import", store, "-", "--ack"}, lines);
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK_THAT(finished.out, Contains("ACK 0 \"../../x\" 0\n") && Contains("\"n\\u0000l\" 0\n"));
  CHECK((values_of(run_reel({"export", store}).out) == values_of(lines)));
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("files that cannot be read leave the others be", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  write_bytes(dir.file("good.jsonl"), token_line("a", 0, "x"));
  write_bytes(dir.file("packed.gz"), "\x1f\x8b\x08rest");
  const Finished missing = run_reel({"import", store, dir.file("none"), dir.file("good.jsonl")});
  CHECK(missing.code == 3);
  CHECK_THAT(missing.err, Contains(dir.file("none") + ": No such file"));
  CHECK_THAT(run_reel({"import", store, dir.path()}).err, Contains("folder"));
  CHECK(run_reel({"import", store, dir.path()}).code == 3);
  const Finished packed = run_reel({"import", store, dir.file("packed.gz")});
  CHECK(packed.code == 1);
  CHECK_THAT(packed.err, Contains("gzip"));
  CHECK(reel_json({"tokens", store, "a"}) == Json({"x"}));
}

TEST_CASE("a line of 100 MB is refused alone", "[tool]") {
  const TempDir dir;
  const std::string big = token_line("a", 1, std::string(100'000'000, 'x'));
  const Finished finished = run_reel({"import", dir.file("s"), "-", "--ack"},
                                     token_line("a", 0, "x") + big + token_line("a", 1, "y"));
  CHECK(finished.code == 1);
  CHECK_THAT(finished.out, Contains("ACK 0 a 0\nNAK 1 too_large") && Contains("ACK 2 a 1\n"));
  CHECK_THAT(finished.err, Contains("stdin:2: "));
}

TEST_CASE("a first line that is an array is a line like the others", "[tool]") {
  const TempDir dir;
  const std::string array = R"([{"type":"TOKEN","ts":1,"value":"a","index":0},)"
                            R"({"type":"TOKEN","ts":2,"value":"b","index":1}])";
  write_bytes(dir.file("x.jsonl"), array + "\n" + token_line("y", 0, "c") + array + "\n");
  const Finished imported = run_reel({"import", dir.file("s"), dir.file("x.jsonl")});
  CAPTURE(imported.err);
  CHECK(imported.code == 0);
  CHECK_THAT(imported.out, Contains("stream x"));
  CHECK(reel_json({"tokens", dir.file("s"), "x"}) == Json{"a", "b", "a", "b"});
  CHECK(reel_json({"tokens", dir.file("s"), "y"}) == Json{"c"});
}

TEST_CASE("a bad element of an array costs no other, and has its line", "[tool]") {
  const TempDir dir;
  const std::string file = dir.file("a.json");
  const auto token = [](const std::string& value) {
    return R"({"type":"TOKEN","ts":1,"value":")" + value + R"(","index":0})";
  };
  write_bytes(file, "[\n" + token("a") + ",\n  {\n    \"type\": 7\n  },\n" + token("b") + ", " +
                        token("c") + ", 5\n]\n");
  const Finished finished = run_reel({"import", dir.file("s"), file, "--ack"});
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains(file + ":3: ") && Contains(file + ":6: "));
  CHECK(lines_of(finished.err).size() == 2);
  const Lines acks = lines_of(finished.out);
  REQUIRE(acks.size() == 7);
  CHECK(acks[0] == "ACK 0 - -");
  CHECK(acks[1] == "ACK 1 a 0");
  CHECK(acks[2].substr(0, 6) == "NAK 2 ");
  CHECK(acks[3] == "ACK 3 - -");
  CHECK(acks[5] == "ACK 5 a 2");
  CHECK(acks[6] == "ACK 6 - -");
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"a", "b", "c"}));
}

TEST_CASE("an array that breaks off gives what came before", "[tool]") {
  const TempDir dir;
  const std::string file = dir.file("a.json");
  const std::string good = R"({"type":"TOKEN","ts":1,"value":"x","index":0})";
  const std::string end = GENERATE("", "\n", ",\n\n", ",", ",\n{\"type\":\"TOK", " {}]", "]\nmore");
  write_bytes(file, "[\n" + good + ",\n" + good + end);
  const Finished finished = run_reel({"import", dir.file("s"), file});
  CAPTURE(end, finished.err);
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains(file + ":3: ") || Contains(file + ":4: "));
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"x", "x"}));
}

TEST_CASE("junk that begins like a provider's stream does not cost the envelopes", "[tool]") {
  const std::string junk = GENERATE(": a comment\n", "id: 7\n\n", "data: junk\n", "event: x\n: y\n",
                                    "data: a\n\ndata: b\n\n", "data: {}\n\ndata: [1]\n\n");
  const std::string verb = GENERATE("record", "import");
  const TempDir dir;
  std::vector<std::string> arguments = {verb, dir.file("s"), "--ack"};
  if (verb == "import") arguments.push_back("-");
  const Finished finished =
      run_reel(arguments, junk + token_line("a", 0, "x") + "{bad\n" + token_line("a", 1, "y"));
  CAPTURE(junk, verb, finished.err, finished.out);
  CHECK(finished.code == 1);
  CHECK_THAT(finished.err, Contains("stdin:1: "));
  CHECK_THAT(finished.out, Contains(" a 0\n") && Contains(" a 1\n"));
  std::size_t bad = 1;
  for (const std::string& line : lines_of(junk)) bad += line.empty() ? 0 : 1;
  CHECK(lines_of(finished.err).size() == bad);
  CHECK(reel_json({"tokens", dir.file("s"), "a"}) == Json({"x", "y"}));
  CHECK(
      run_reel({"record", dir.file("t"), "--format", "sse"}, junk + token_line("a", 0, "x")).code ==
      1);
  CHECK(run_reel({"ls", dir.file("t"), "--json"}).out.empty());
}
