// reel state: at a seq, and by either fold.
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;

namespace {

// "ab", a retry, then "abc".
struct Retried {
  Retried() {
    const Json retry{{"stream_id", "s"},
                     {"seq", 2},
                     {"event", {{"type", "RETRY"}, {"ts", 6}, {"reason", "r"}, {"attempt", 1}}}};
    write_bytes(dir.file("in.jsonl"), token_line("s", 0, "a") + token_line("s", 1, "b") +
                                          retry.dump() + "\n" + token_line("s", 3, "abc"));
    CHECK(run_reel({"import", store, dir.file("in.jsonl")}).code == 0);
  }
  Json at(const std::string& seq, const std::string& fold = "l0") const {
    return reel_json({"state", store, "s", "--at", seq, "--fold", fold});
  }
  TempDir dir;
  std::string store = dir.file("s");
};

}  // namespace

TEST_CASE_METHOD(Retried, "state --at is the state after that seq", "[tool]") {
  CHECK(at("-1") == reel_json({"state", store, "s", "--at", "-2"}));
  CHECK(at("-1")["content"] == "");
  CHECK(at("0")["content"] == "a");
  CHECK(at("1")["token_count"] == 2);
  CHECK(at("2")["retry_attempts"] == 1);
  CHECK(at("3") == reel_json({"state", store, "s"}));
  CHECK(at("99") == at("3"));
}

TEST_CASE_METHOD(Retried, "state --fold says whether a retry begins anew", "[tool]") {
  CHECK(at("3")["content"] == "ababc");
  const Json attempts = at("3", "attempts");
  CHECK(attempts["content"] == "abc");
  CHECK(attempts["attempts"] == Json{"ab"});
  CHECK(at("1", "attempts")["content"] == "ab");
}
