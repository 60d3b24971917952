// What a script may rely on: help, exit codes, messages on stderr.
#include <set>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::vector<std::string> kVerbs = {"record", "import", "export", "cat",   "ls",
                                         "info",   "replay", "tokens", "state", "snapshot",
                                         "rm",     "diff",   "verify"};
const std::set<std::string> kNamesStreams = {"replay", "tokens", "state", "snapshot", "rm", "diff"};

}  // namespace

TEST_CASE("every verb explains itself", "[tool]") {
  const Finished top = run_reel({"--help"});
  CHECK(top.code == 0);
  for (const std::string& verb : kVerbs) {
    CHECK_THAT(top.out, Contains("\n  " + verb + " "));
    const Finished help = run_reel({verb, "--help"});
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    CHECK_THAT(help.out, Contains("Usage: reel " + verb));
    CHECK_THAT(help.out, Contains("EXAMPLES:\n  reel " + verb));
    CHECK_THAT(help.out, Contains("--json"));
    CHECK_THAT(help.out, Contains("--ns"));
  }
}

TEST_CASE("the version is the project's", "[tool]") {
  const Finished version = run_reel({"--version"});
  CHECK(version.code == 0);
  CHECK_THAT(version.out, StartsWith("reel "));
}

TEST_CASE("wrong usage is exit 2, and says what was meant", "[tool]") {
  struct Wrong {
    std::vector<std::string> arguments;
    std::string says;
  };
  const std::vector<Wrong> table = {
      {{}, "verb"},
      {{"improt", "s", "f"}, "did you mean 'import'"},
      {{"patch", "s", "a", "b"}, "unknown verb 'patch'"},
      {{"record"}, "STORE"},
      {{"import", "s"}, "FILE"},
      {{"record", "s", "--foramt", "sse"}, "did you mean '--format'"},
      {{"record", "s", "--format", "sse2"}, "did you mean 'sse'"},
      {{"record", "s", "--ack=durabel"}, "did you mean 'durable'"},
      {{"record", "s", "extra"}, "extra"},
      {{"state", "s", "a", "--fold", "l1"}, "did you mean 'l0'"},
      {{"state", "s", "a", "--at", "x"}, "--at"},
      {{"replay", "s", "a", "--speed", "fast"}, "--speed"},
      {{"ls", "s", "--ns", ""}, "namespace"},
      {{"export", "s", "--format", "csv"}, "jsonl"},
      {{"export", "s", "--output", "d"}, "--format l0"},
      {{"export", "s", "--format", "l0", "--output", ""}, "empty"},
      {{"record", "s", "--stream", std::string(5000, 'x')}, "4096"},
      {{"record", "s", "--stream", "\xff"}, "UTF-8"},
      {{"state", "s", "a", "--at", "99999999999999999999"}, "--at"},
      {{"state", "s", "a", "--at", "0x10"}, "--at"},
      {{"state", "s", "a", "--at", ""}, "--at"},
      {{"replay", "s", "a", "--speed", ""}, "--speed"},
      {{"replay", "s", "a", "--speed", "nan"}, "--speed"},
      {{"replay", "s", "a", "--from", "1.5"}, "--from"},
      {{"bench", "write", "--seconds", "nan"}, "--seconds"},
      {{"bench", "write", "--seconds", "inf"}, "--seconds"},
      {{"bench", "write", "--seconds", "-1"}, "--seconds"},
      {{"bench", "write", "--seconds", "1e999"}, "--seconds"},
      {{"bench", "write", "--speedup", "0"}, "--speedup"},
      {{"bench", "write", "--threads", "257"}, "--threads"},
      {{"bench", "write", "--seed", "-1"}, "--seed"},
      {{"bench", "write", "--rate", "0"}, "--rate"},
      {{"bench", "write", "--token-bytes", "9-8"}, "--token-bytes"},
      {{"bench", "write", "--token-bytes", "0"}, "--token-bytes"},
      {{"bench", "write", "--overflow", "dorp"}, "did you mean 'drop'"},
      {{"--jsno", "ls", "s"}, "did you mean '--json'"},
      {{"--json", "ls", "s"}, "options come after it, as in `reel ls --json`"},
  };
  for (const Wrong& wrong : table) {
    const Finished finished = run_reel(wrong.arguments);
    CAPTURE(wrong.says, finished.err);
    CHECK(finished.code == 2);
    CHECK(finished.out.empty());
    CHECK_THAT(finished.err, Contains(wrong.says));
  }
}

TEST_CASE("what is no store is exit 3", "[tool]") {
  const TempDir dir;
  write_bytes(dir.file("file"), "not a folder");
  std::filesystem::create_directory(dir.file("other"));
  write_bytes(dir.file("other") + "/something", "else");
  for (const std::string& place : {dir.file("file"), dir.file("missing"), dir.file("other")}) {
    for (const std::string& verb : kVerbs) {
      if (verb == "record" || verb == "import") continue;
      std::vector<std::string> arguments = {verb, place};
      if (kNamesStreams.contains(verb)) arguments.push_back("a");
      if (verb == "diff") arguments.push_back("b");
      const Finished finished = run_reel(arguments);
      CAPTURE(verb, place);
      CHECK(finished.code == 3);
      CHECK(finished.out.empty());
      CHECK_THAT(finished.err, StartsWith("reel: "));
    }
  }
  const Finished into_file = run_reel({"record", dir.file("file")}, "{}\n");
  CHECK(into_file.code == 3);
  CHECK_THAT(into_file.err, StartsWith("reel: "));
  CHECK(read_bytes(dir.file("file")) == "not a folder");
  const Finished into_other = run_reel({"record", dir.file("other")}, "{}\n");
  CHECK(into_other.code == 3);
}

TEST_CASE("a missing stream is exit 1", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  REQUIRE(run_reel({"record", store, "--stream", "a", "--format", "text"}, "hello\n").code == 0);
  for (const std::string verb : {"tokens", "state", "replay", "export", "cat", "info"}) {
    const Finished finished = run_reel({verb, store, "b", "--json"});
    CAPTURE(verb);
    CHECK(finished.code == 1);
    CHECK_THAT(finished.err, Contains("no stream \"b\""));
    CHECK(finished.out == (verb == "info" ? "null\n" : ""));
  }
  const Finished both = run_reel({"export", store, "b", "a"});
  CHECK(both.code == 1);
  CHECK_THAT(both.out, Contains("\"value\":\"hello\""));
  CHECK(run_reel({"info", store, "a", "--ns", "other", "--json"}).out == "null\n");
}

TEST_CASE("two commands record into one store, and of a stream's two writers one is told", "[tool]") {
  const TempDir dir;
  Child first({kReelTool, "record", dir.file("s"), "--stream", "a", "--format", "text", "--ack"});
  std::string line;
  REQUIRE(first.write("x\n"));
  REQUIRE(first.read_line(line, 20000));
  const Finished busy = run_reel({"record", dir.file("s")}, token_line("a", 1, "y"));
  CHECK(busy.code == 1);
  CHECK_THAT(busy.err, StartsWith("reel: stdin:1: process ") && Contains("records this stream"));
  CHECK(run_reel({"record", dir.file("s")}, token_line("b", 0, "y")).code == 0);
  first.close_input();
  CHECK(first.wait() == 0);
  CHECK(run_reel({"record", dir.file("s")}, token_line("a", 1, "y")).code == 0);
  CHECK(reel_json({"state", dir.file("s"), "a"})["token_count"] == 2);
  CHECK(reel_json({"state", dir.file("s"), "b"})["token_count"] == 1);
}

TEST_CASE("numbers are decimal, whatever they begin with", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  std::string lines;
  for (int i = 0; i < 12; ++i) lines += token_line("a", i, "x");
  REQUIRE(run_reel({"record", store}, lines).code == 0);
  CHECK(reel_json({"state", store, "a", "--at", "010"})["token_count"] == 11);
  CHECK(reel_json({"state", store, "a", "--at", "-1"})["token_count"] == 0);
  CHECK(lines_of(run_reel({"replay", store, "a", "--from", "09", "--json"}).out).size() == 3);
}

TEST_CASE("descriptors that are closed at the start never become the store's", "[tool]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  const auto sh = [&](const std::string& command) {
    return run({"/bin/sh", "-c", std::string(kReelTool) + " " + command});
  };
  REQUIRE(run_reel({"record", store}, token_line("a", 0, "x")).code == 0);
  for (const std::string& verb : {"record " + store, "import " + store + " -"}) {
    const Finished closed = sh(verb + " <&-");
    CAPTURE(verb);
    CHECK(closed.code == 3);
    CHECK_THAT(closed.err, Contains("stdin is closed"));
  }
  const Finished mute = sh("export " + store + " >&-");
  CHECK(mute.code == 3);
  CHECK_THAT(mute.err, Contains("stdout"));
  CHECK(sh("export " + store + " <&-").out == run_reel({"export", store}).out);
  write_bytes(dir.file("f"), token_line("a", 1, "y") + "bad\n" + token_line("a", 2, "z"));
  for (const std::string closed : {" 2>&-", " >&- 2>&-", " <&- >&- 2>&-"}) {
    const Finished silent = sh("import " + store + " " + dir.file("f") + closed);
    CAPTURE(closed);
    CHECK(silent.code == (closed == " 2>&-" ? 1 : 3));
    CHECK(silent.err.empty());
    CHECK(run_reel({"verify", store}).code == 0);
    CHECK(reel_json({"tokens", store, "a"}) == Json({"x", "y", "z"}));
  }
}
