// reel compact: what it prints, keeps and refuses.
#include <filesystem>

#include "reel/log.hpp"
#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/random_event.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

using test::Json;
using test::reel_json;
using test::run_reel;

// A store of several segments and lanes, closed.
void fill(const std::string& path, std::uint64_t seed) {
  test::RandomEvents random(seed);
  LogOptions options;
  options.batch_bytes = options.block_bytes = 4096;
  options.segment_bytes_max = 32 << 10;
  for (int life = 0; life < 2; ++life) {
    auto first = Log::open(path, options), second = Log::open(path, options);
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    for (int i = 0; i < 40; ++i) {
      auto recorder =
          (random.coin() ? *first : *second).recorder("s" + std::to_string(random.below(12)));
      REQUIRE(recorder.ok());
      for (int n = 0; n < 30; ++n) REQUIRE(recorder->record(random.event()) == Append::ok);
    }
    REQUIRE(first->close().status.ok());
    REQUIRE(second->close().status.ok());
  }
}

std::string exported(const std::string& path) {
  const auto finished = run_reel({"export", path});
  CHECK(finished.code == 0);
  return finished.out;
}

std::string segment_of(const std::string& path) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.path().extension() == ".seg") return entry.path().string();
  }
  return {};
}

TEST_CASE("a compacted store exports the same, byte for byte", "[tool][compact]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  fill(store, 1);
  const std::string before = exported(store);
  const Json planned = reel_json({"compact", store, "--dry-run"});
  CHECK(planned["changed"] == true);
  CHECK(planned["after"]["bytes"].is_null());
  CHECK(exported(store) == before);

  const Json report = reel_json({"compact", store, "--jobs", "2"});
  CHECK(report["changed"] == true);
  CHECK(report["before"]["segments"] > 4);
  CHECK(report["after"]["segments"] == 2);  // one a lane
  CHECK(report["after"]["events"] == report["before"]["events"]);
  CHECK(report["after"]["bytes"] < report["before"]["bytes"]);
  CHECK(exported(store) == before);
  CHECK(run_reel({"verify", store}).code == 0);
  CHECK(run_reel({"compact", store}).out == "nothing to gain: the store is compact already\n");

  // And is recorded into as before.
  const std::string line = test::token_line("new", 0, "x");
  CHECK(run_reel({"record", store}, line).code == 0);
  CHECK(exported(store).starts_with(before));
  CHECK(reel_json({"compact", store})["changed"] == true);
  CHECK(exported(store).starts_with(before));
}

TEST_CASE("what was deleted is in no byte of a compacted store", "[tool][compact]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  std::string lines;
  for (int seq = 0; seq < 50; ++seq) {
    lines += test::token_line("kept", seq, "hello ");
    lines += test::token_line("gone", seq, "secret-" + std::to_string(seq));
  }
  REQUIRE(run_reel({"record", store}, lines).code == 0);
  REQUIRE(run_reel({"rm", store, "gone"}).code == 0);
  const Json report = reel_json({"compact", store});
  CHECK(report["deleted_streams"] == 1);
  CHECK(report["dropped_events"] == 50);
  CHECK(reel_json({"info", store})["events"] == 50);
  CHECK(std::filesystem::is_empty(std::filesystem::path(store) / "deleted"));
  CHECK(run_reel({"cat", store}).out.find("secret") == std::string::npos);
  // Its id begins anew.
  REQUIRE(run_reel({"record", store}, test::token_line("gone", 0, "again")).code == 0);
  CHECK(reel_json({"info", store, "gone"})["event_count"] == 1);
}

TEST_CASE("a time to live counts from the newest event there is", "[tool][compact]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  const auto stamped = [](const std::string& stream, double ts) {
    return Json{{"stream_id", stream},
                {"seq", 0},
                {"event", {{"type", "TOKEN"}, {"ts", ts}, {"value", "x"}, {"index", 0}}}}
               .dump() +
           "\n";
  };
  constexpr double kDay = 86'400'000;
  // In segments of their own, for the block is what is known of a stream's end.
  REQUIRE(run_reel({"record", store}, stamped("old", 10 * kDay)).code == 0);
  REQUIRE(run_reel({"record", store}, stamped("new", 100 * kDay)).code == 0);
  CHECK(reel_json({"compact", store, "--ttl", "100d", "--dry-run"})["expired_streams"] == 0);
  CHECK(reel_json({"compact", store, "--ttl", "30d"})["expired_streams"] == 1);
  CHECK(run_reel({"ls", store}).out.find("old") == std::string::npos);
  CHECK(run_reel({"ls", store}).out.find("new") != std::string::npos);
}

TEST_CASE("content goes sooner than facts, by prefix and age", "[tool][compact][retention]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  constexpr double kDay = 86'400'000;
  const auto record = [&](const std::string& stream, double day) {
    const auto line = [&](int seq, Json event) {
      event["ts"] = day * kDay;
      return Json{{"stream_id", stream}, {"seq", seq}, {"event", event}}.dump() + "\n";
    };
    const std::string lines =
        line(0, {{"type", "START"}, {"options", {{"model", "m"}}}}) +
        line(1, {{"type", "TOKEN"}, {"value", "private"}, {"index", 0}}) +
        line(2, {{"type", "COMPLETE"}, {"content", "private"}, {"token_count", 1}});
    REQUIRE(run_reel({"record", store}, lines).code == 0);
  };
  record("tmp/a", 10);
  record("b", 20);
  record("c", 100);
  // Not all at once: half of it at most.
  const Json capped = reel_json({"compact", store, "--ttl", "30d", "--dry-run"});
  CHECK(capped["capped"] == true);
  CHECK(capped["expired_streams"] == 1);
  const Json report = reel_json({"compact", store, "--ttl", "400d", "--ttl-content", "30d",
                                 "--ttl-prefix", "tmp/=40d", "--max-drop", "100"});
  CHECK(report["expired_streams"] == 1);
  CHECK(report["stripped_streams"] == 1);
  CHECK(report["capped"] == false);
  CHECK(run_reel({"ls", store}).out.find("tmp/a") == std::string::npos);
  const Json state = reel_json({"state", store, "b"});
  CHECK(state["content"] == "");
  CHECK(run_reel({"export", store}).out.find(R"("stream_id":"b")") != std::string::npos);
  CHECK(run_reel({"verify", store}).code == 0);
  CHECK(reel_json({"state", store, "c"})["content"] == "private");
  CHECK(run_reel({"compact", "--ttl-prefix", "tmp/=40d", store}).code == 0);
  CHECK(run_reel({"compact", store, "--ttl-prefix", "tmp/"}).code == 2);
  CHECK(run_reel({"compact", store, "--max-drop", "0"}).code == 2);
}

TEST_CASE("record runs a command for each sealed segment", "[tool][record]") {
  const test::TempDir dir;
  const std::string store = dir.file("s"), copies = dir.file("copies");
  std::filesystem::create_directory(copies);
  const auto told =
      run_reel({"record", store, "--on-seal", "cp \"$REEL_SEGMENT\" '" + copies + "'"},
               test::token_line("a", 0, "x"));
  CHECK(told.code == 0);
  const std::string segment = segment_of(store);
  const std::string name = std::filesystem::path(segment).filename().string();
  CHECK(test::read_bytes(copies + "/" + name) == test::read_bytes(segment));
  const auto failed = run_reel({"record", store, "--on-seal", "echo on stdout; exit 3"},
                               test::token_line("a", 1, "y"));
  CHECK(failed.code == 1);
  CHECK(failed.err.find("exited with 3") != std::string::npos);
  CHECK(failed.err.find("on stdout") != std::string::npos);
  CHECK(failed.out.find("on stdout") == std::string::npos);
}

TEST_CASE("compact says what it cannot do", "[tool][compact]") {
  const test::TempDir dir;
  const std::string store = dir.file("s");
  fill(store, 2);
  CHECK(run_reel({"compact", dir.file("none")}).code == 3);
  CHECK(run_reel({"compact", store, "--level", "23"}).code == 2);
  CHECK(run_reel({"compact", store, "--ttl", "5"}).code == 2);
  CHECK(run_reel({"compact", store, "--max-memory", "1MiB"}).code == 2);
  {
    auto first = Log::open(store), second = Log::open(store);
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    const auto busy = run_reel({"compact", store});
    CHECK(busy.code == 3);
    CHECK(busy.err.find("records into this store") != std::string::npos);
    REQUIRE(second->close().status.ok());
    const Json half = reel_json({"compact", store});
    CHECK(half["notes"].size() == 1);
    CHECK(half["changed"] == true);
  }
  const std::string file = segment_of(store);
  std::string bytes = test::read_bytes(file);
  bytes[200] ^= 1;
  test::write_bytes(file, bytes);
  const auto refused = run_reel({"compact", store, "--level", "3"});
  CHECK(refused.code == 3);
  CHECK(refused.err.find(file) != std::string::npos);
  CHECK(test::read_bytes(file) == bytes);
  const auto salvaged = run_reel({"compact", store, "--level", "3", "--salvage"});
  CHECK(salvaged.code == 1);
  CHECK(test::read_bytes(file + ".damaged") == bytes);
  const auto verified = run_reel({"verify", store});
  INFO(verified.out << salvaged.out);
  CHECK(verified.code == 0);
}

}  // namespace
}  // namespace reel
