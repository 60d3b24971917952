// `reel stats`: what it counts, exactly.
#include "reel/stats_group.hpp"
#include "support/catch.hpp"
#include "support/reel_tool.hpp"
#include "support/temp_dir.hpp"

using namespace reel::test;
using namespace reel::tool;
using Catch::Matchers::Contains;
using reel::EventType;
using reel::EventView;

namespace {

EventView at(double ts_ms, EventType type) {
  EventView view;
  view.type = type;
  view.ts_ms = ts_ms;
  return view;
}

StreamTiming timing_of(std::initializer_list<EventView> events) {
  StreamTiming timing;
  for (const EventView& event : events) timing.note(event);
  return timing;
}

std::string line(const std::string& stream, int seq, double ts, Json event) {
  event["ts"] = ts;
  return Json{{"stream_id", stream}, {"seq", seq}, {"event", event}}.dump() + "\n";
}

Json start(const std::string& model) {
  return {{"type", "START"}, {"options", {{"model", model}}}};
}
Json token(int index) { return {{"type", "TOKEN"}, {"value", "v"}, {"index", index}}; }

// Two streams of model m, one of model n without any timing.
void make_store(const std::string& store) {
  const std::string lines = line("a", 0, 1000, start("m")) + line("a", 1, 1100, token(0)) +
                            line("a", 2, 1110, token(1)) + line("a", 3, 1130, token(2)) +
                            line("b", 0, 2000, start("m")) + line("b", 1, 2300, token(0)) +
                            line("c", 0, 5, start("n")) + line("c", 1, 5, token(0));
  REQUIRE(run_reel({"import", store, "-"}, lines).code == 0);
}

}  // namespace

TEST_CASE("first token, gaps and pace of a stream", "[tool][stats]") {
  using enum EventType;
  const StreamTiming timing =
      timing_of({at(1000, start), at(1250, token), at(1260, token), at(1262, checkpoint),
                 at(1280, token), at(1281, guardrail), at(1281, token), at(1300, complete)});
  CHECK(timing.events() == 8);
  CHECK(timing.tokens() == 4);
  CHECK(timing.timed());
  CHECK(timing.first_token_ms() == 250.0);
  CHECK(timing.gaps_us().count() == 3);
  CHECK(timing.gaps_us().max() == 20'000);
  CHECK(timing.gaps_us().quantile(0) == 1007);  // the upper end of its bucket
  CHECK(timing.paced_ms() == 31.0);
  CHECK(timing.tokens_per_s() == 3 * 1000 / 31.0);
}

TEST_CASE("no gap reaches over another attempt, an end or a hole", "[tool][stats]") {
  using enum EventType;
  for (const EventType between : {retry, fallback, start, continuation, complete, error, gap}) {
    const StreamTiming timing =
        timing_of({at(0, token), at(1, token), at(5, between), at(1000, token), at(1002, token)});
    CHECK(timing.gaps_us().count() == 2);
    CHECK(timing.gaps_us().max() == 2000);
  }
}

TEST_CASE("what has no timing says so, and stamps that go back count as no time", "[tool][stats]") {
  using enum EventType;
  CHECK_FALSE(timing_of({}).timed());
  CHECK_FALSE(timing_of({at(7, start), at(7, token), at(7, token)}).timed());
  const StreamTiming back = timing_of({at(10, start), at(9, token), at(4, token), at(6, token)});
  CHECK(back.timed());
  CHECK_FALSE(back.first_token_ms());
  CHECK(back.gaps_us().quantile(0) == 0);
  CHECK(back.paced_ms() == 2.0);
  CHECK_FALSE(timing_of({at(1, token), at(2, token), at(3, start)}).first_token_ms());
  const StreamTiming wide = timing_of({at(-1e300, token), at(1e300, token)});
  CHECK(wide.gaps_us().count() == 1);
}

TEST_CASE("stats of a store, of its models and of a stream", "[tool][stats]") {
  const TempDir dir;
  const std::string store = dir.file("s");
  make_store(store);
  const Json all = reel_json({"stats", store});
  CHECK(all["streams"] == 3);
  CHECK(all["timed_streams"] == 2);
  CHECK(all["events"] == 8);
  CHECK(all["tokens"] == 5);
  CHECK(all["first_token_ms"]["count"] == 2);
  CHECK(all["first_token_ms"]["max"] == 300);
  CHECK(all["token_gap_ms"]["count"] == 2);
  CHECK(all["token_gap_ms"]["max"] == 20);
  CHECK(all["tokens_per_s"].get<double>() == Approx(2 * 1000 / 30.0));
  CHECK(all["tokens_per_stream"]["max"] == 3);

  const auto models = values_of(run_reel({"stats", store, "--by", "model", "--json"}).out);
  REQUIRE(models.size() == 2);
  CHECK(models[0]["by"] == "model");
  CHECK(models[0]["value"] == "m");
  CHECK(models[0]["streams"] == 2);
  CHECK(models[1]["value"] == "n");
  CHECK(models[1]["first_token_ms"].is_null());

  const Json one = reel_json({"stats", store, "a"});
  CHECK(one["stream_id"] == "a");
  CHECK(one["tokens"] == 3);
  CHECK(one["timing"] == "recorded");
  CHECK(one["first_token_ms"] == 100);
  CHECK(one["token_gap_ms"]["p99"] == 20);
  CHECK(reel_json({"stats", store, "c"})["timing"] == "none");
  CHECK(reel_json({"stats", store, "c"})["tokens_per_s"].is_null());
  CHECK_THAT(run_reel({"stats", store, "c"}).out, Contains("all events carry one stamp"));
  CHECK_THAT(run_reel({"stats", store}).out, Contains("1 stream without"));
  CHECK_THAT(run_reel({"stats", store, "--by", "model"}).out, Contains("MODEL"));
  CHECK(run_reel({"stats", store, "none"}).code == 1);
  CHECK(run_reel({"stats", store, "a", "--by", "model"}).code == 2);
}
