// reel diff: what it says, to people and to programs, and how it ends.
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

namespace {

struct Streams {
  Streams() {
    std::string lines;
    const auto add = [&](const std::string& id, const std::vector<std::string>& values) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        lines += token_line(id, static_cast<int>(i), values[i]);
      }
    };
    add("a", {"Hel", "lo ", "world"});
    add("b", {"Hel", "lo ", "work\x1b"});
    add("cut", {"Hello", " ", "world"});
    write_bytes(dir.file("in.jsonl"), lines);
    const Finished imported = run_reel({"import", store, dir.file("in.jsonl")});
    CAPTURE(imported.err);
    CHECK(imported.code == 0);
  }
  TempDir dir;
  std::string store = dir.file("s");
};

}  // namespace

TEST_CASE_METHOD(Streams, "diff tells where two streams part", "[tool]") {
  const Json found = reel_json({"diff", store, "a", "b"});
  CHECK(found["identical"] == false);
  CHECK(found["fields"] == Json{"content"});
  CHECK(found["differences"] == Json{"content: 'Hello world...' vs 'Hello work\x1b...'"});
  CHECK(found["first_divergence"] == Json{{"token", 2},
                                          {"content_offset", 9},
                                          {"seq_a", 2},
                                          {"seq_b", 2},
                                          {"a", "world"},
                                          {"b", "work\x1b"}});
  const Finished words = run_reel({"diff", store, "a", "b"});
  CHECK(words.code == 1);
  CHECK(words.out ==
        "content: 'Hello world...' vs 'Hello work\\x1b...'\n"
        "first different token: #2, at byte 9: \"world\" (seq 2) vs \"work\\x1b\" (seq 2)\n");
}

TEST_CASE_METHOD(Streams, "diff of equal states is no finding, however the tokens were cut",
                 "[tool]") {
  const Finished same = run_reel({"diff", store, "a", "a"});
  CHECK(same.code == 0);
  CHECK(same.out == "identical\n");
  CHECK(reel_json({"diff", store, "a", "a"})["first_divergence"].is_null());
  CHECK(run_reel({"diff", store, "a", "cut"}).code == 0);
  CHECK(reel_json({"diff", store, "a", "cut"})["first_divergence"]["token"] == 0);
}

TEST_CASE_METHOD(Streams, "diff of a stream that is not there is a finding", "[tool]") {
  for (const auto& [a, b] : {std::pair("a", "none"), std::pair("none", "a")}) {
    const Finished missing = run_reel({"diff", store, a, b, "--json"});
    CHECK(missing.code == 1);
    CHECK(missing.out.empty());
    CHECK(missing.err.find("none") != std::string::npos);
  }
}
