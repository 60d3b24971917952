// Compactions of a lane by a Retention: content that goes, segments that go unread.
#include <algorithm>
#include <set>

#include "event/gap.hpp"
#include "merge/lane_compaction.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

namespace reel::merge {
namespace {

constexpr double kDay = 86'400'000;
constexpr const char* kLane = "/store/lanes/0000";

struct Store {
  io::MemoryFileSystem fs;
  test::TestClock clock;

  // A life, and so a segment, of whole streams.
  void record(const std::vector<std::string>& ids, double day) {
    const test::Core core = test::opened(fs, clock);
    for (const std::string& id : ids) {
      auto state = core->recorder(id, "l0");
      REQUIRE(state.ok());
      const auto put = [&](EventBody body) {
        Event event;
        event.ts_ms = day * kDay;
        event.body = std::move(body);
        REQUIRE(test::record_event(**state, event) == Append::ok);
      };
      put(Start{R"({"model":"m"})"});
      put(Token{"secret ", 0});
      put(Token{"words", 1});
      put(Checkpoint{"secret words", 2});
      put(Guardrail{R"({"passed":true})", 2, "final"});
      put(Token{"!", 2});
      put(Complete{"secret words!", 3});
    }
    REQUIRE(core->close(1000).status.ok());
    clock.advance(1'000'000);
  }
  std::vector<segment::SegmentSummary> listed() {
    return catalog::load_catalog(fs, kLane)->segments;
  }
  RetentionPlan plan(const Retention& retention) {
    RetentionPlan made(retention);
    for (const auto& one : listed()) {
      const auto reader =
          segment::SegmentReader::open(fs, catalog::segment_file(kLane, one.number));
      REQUIRE(reader.ok());
      made.add(**reader, one.bytes);
    }
    made.settle(1000 * kDay, {});
    return made;
  }
  LaneJob job(const RetentionPlan& made) {
    LaneJob job;
    job.directory = kLane;
    job.store = catalog::load_store(fs, "/store")->uuid;
    job.retention = &made;
    job.retention_digest = 1;
    job.now_us = [] { return std::int64_t{1}; };
    return job;
  }
};

Retention keep(std::optional<double> days, std::optional<double> content_days = std::nullopt) {
  Retention retention;
  if (days) retention.keep.all_ms = *days * kDay;
  if (content_days) retention.keep.content_ms = *content_days * kDay;
  retention.share_max = 1;
  return retention;
}

std::vector<std::string> types(const test::StoredStream& stream) {
  std::vector<std::string> names;
  for (const auto& [seq, event] : stream.events) {
    const auto* const gap = std::get_if<Gap>(&event.body);
    names.push_back(std::to_string(seq) + ' ' +
                    (gap == nullptr ? std::string(event_type_name(event.type()))
                                    : gap->cause + ' ' + std::to_string(gap->count)));
  }
  return names;
}

}  // namespace

TEST_CASE("content goes, facts stay, and a GAP says what is missing", "[merge][retention]") {
  Store store;
  store.record({"old"}, 10);
  store.record({"new"}, 100);
  const auto before = test::read_back(store.fs, "/store");
  const RetentionPlan plan = store.plan(keep({}, 30));
  // In segments of their own: what is known of a stream's end is that of its block.
  LaneJob stripping = store.job(plan);
  stripping.segment_streams_max = 1;
  const auto outcome = compact_lane(store.fs, stripping);
  REQUIRE(outcome.ok());
  CHECK(outcome->stripped_streams == 1);
  CHECK(outcome->expired_streams == 0);
  CHECK(outcome->dropped_events == 4);
  auto after = test::read_back(store.fs, "/store");
  CHECK(types(after["old"]) == std::vector<std::string>{"0 START", "1 retention 3", "4 GUARDRAIL",
                                                        "5 retention 1", "6 COMPLETE"});
  const Complete& complete = std::get<Complete>(after["old"].events.back().second.body);
  CHECK(complete.content.empty());
  CHECK(complete.token_count == 3);
  CHECK(test::describe(after["new"]) == test::describe(before.at("new")));
  // Nothing of it is left to go.
  const RetentionPlan same = store.plan(keep({}, 30));
  CHECK_FALSE(same.empty());
  const auto again = compact_lane(store.fs, store.job(same));
  REQUIRE(again.ok());
  CHECK_FALSE(again->changed);
}

TEST_CASE("segments of which nothing is kept go unread", "[merge][retention]") {
  Store store;
  store.record({"a", "b"}, 10);
  store.record({"c"}, 11);
  store.record({"d"}, 100);
  auto before = test::read_back(store.fs, "/store");
  const RetentionPlan plan = store.plan(keep(30));
  LaneJob dropping = store.job(plan);
  dropping.only_drop = true;
  const std::uint64_t appended = store.fs.operations(io::Operation::append);
  const auto outcome = compact_lane(store.fs, dropping);
  REQUIRE(outcome.ok());
  CHECK(outcome->merged.size() == 2);
  CHECK(outcome->written.empty());
  CHECK(outcome->after.segments == 1);
  CHECK(outcome->expired_streams == 3);
  CHECK(store.fs.operations(io::Operation::append) - appended <= 2);  // the catalog, twice
  REQUIRE(store.listed().size() == 1);
  for (const char* id : {"a", "b", "c"}) before.erase(id);
  const auto after = test::read_back(store.fs, "/store");
  REQUIRE(after.size() == 1);
  CHECK(test::describe(after.at("d")) == test::describe(before.at("d")));
}

TEST_CASE("no part of a stream goes before the others", "[merge][retention]") {
  Store store;
  store.record({"a"}, 10);       // goes with b's beginning, or not at all
  store.record({"a", "b"}, 11);  // b goes; it is in the next one too
  store.record({"b", "c"}, 12);  // c stays
  store.record({"c"}, 100);
  const auto before = test::read_back(store.fs, "/store");
  const RetentionPlan plan = store.plan(keep(30));
  LaneJob dropping = store.job(plan);
  dropping.only_drop = true;
  const auto outcome = compact_lane(store.fs, dropping);
  REQUIRE(outcome.ok());
  CHECK_FALSE(outcome->changed);
  CHECK(test::read_back(store.fs, "/store").size() == 3);
  // Written anew, all of them go.
  REQUIRE(compact_lane(store.fs, store.job(plan)).ok());
  const auto after = test::read_back(store.fs, "/store");
  REQUIRE(after.size() == 1);
  CHECK(test::describe(after.at("c")) == test::describe(before.at("c")));
}

TEST_CASE("a stream that is younger by now is not lost by going on", "[merge][retention]") {
  Store store;
  store.record({"a", "b"}, 10);
  store.record({"c"}, 100);
  store.record({"d"}, 101);
  const RetentionPlan old_plan = store.plan(keep(30));
  LaneJob stopped = store.job(old_plan);
  stopped.segment_streams_max = 1;
  stopped.progress = [](std::uint64_t, std::uint64_t) { return false; };
  REQUIRE(compact_lane(store.fs, stopped).status().error().code == ErrorCode::closed);
  stopped.progress = [count = 0](std::uint64_t, std::uint64_t) mutable { return ++count < 2; };
  REQUIRE(compact_lane(store.fs, stopped).status().error().code == ErrorCode::closed);
  INFO(store.fs.read(std::string(kLane) + "/compaction", 1 << 20).value());
  // By the settings that count now, they stay.
  const RetentionPlan new_plan = store.plan(keep(1000));
  REQUIRE(new_plan.empty());
  LaneJob going_on = store.job(new_plan);
  going_on.segment_streams_max = 1;
  const auto outcome = compact_lane(store.fs, going_on);
  REQUIRE(outcome.ok());
  CHECK_FALSE(outcome->resumed);
  CHECK(test::read_back(store.fs, "/store").size() == 4);
}

TEST_CASE("what was to go and is recorded again keeps everything", "[merge][retention]") {
  Store store;
  store.record({"a"}, 10);
  store.record({"b"}, 100);
  const RetentionPlan plan = store.plan(keep(30));
  LaneJob job = store.job(plan);
  std::size_t asked = 0;
  job.confirm = [&](std::span<const std::uint64_t> expired) -> Status {
    asked = expired.size();
    return Error{ErrorCode::busy, 0, "", 0, "recorded again"};
  };
  const auto outcome = compact_lane(store.fs, job);
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().code == ErrorCode::busy);
  CHECK(asked == 1);
  CHECK(test::read_back(store.fs, "/store").size() == 2);
}

}  // namespace reel::merge
