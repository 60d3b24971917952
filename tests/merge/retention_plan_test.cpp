// What a Retention comes to: which streams go, and which only lose their content.
#include "merge/retention_plan.hpp"

#include <limits>
#include <map>
#include <tuple>

#include "catalog/catalog.hpp"
#include "support/log_fixture.hpp"

namespace reel::merge {
namespace {

constexpr double kDay = 86'400'000;
constexpr const char* kLane = "/store/lanes/0000";

// Streams in segments of their own, for what is known of a stream's end is that of its block.
struct Store {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  std::map<std::string, std::uint64_t> incarnations;
  std::vector<std::unique_ptr<segment::SegmentReader>> segments;

  void record(const std::string& id, double day, int events = 4) {
    const test::Core core = test::opened(fs, clock);
    auto state = core->recorder(id, "l0");
    REQUIRE(state.ok());
    for (int i = 0; i < events; ++i) {
      REQUIRE(test::record_event(**state, Event{day * kDay, Token{"x", i}, {}, {}}) == Append::ok);
    }
    state->reset();
    REQUIRE(core->close(1000).status.ok());
  }

  RetentionPlan plan(const Retention& retention, double now_day,
                     std::vector<std::uint64_t> held = {}, std::uint64_t file_bytes = 0) {
    segments.clear();
    RetentionPlan made(retention);
    const auto catalog = catalog::load_catalog(fs, kLane);
    for (const auto& listed : catalog->segments) {
      auto reader = segment::SegmentReader::open(fs, catalog::segment_file(kLane, listed.number));
      REQUIRE(reader.ok());
      for (std::uint32_t i = 0; i < (*reader)->stream_count(); ++i) {
        const auto stream = (*reader)->stream(i);
        incarnations[std::string(stream.identity.id)] = stream.identity.incarnation;
      }
      made.add(**reader, file_bytes);
    }
    made.settle(now_day * kDay, held);
    return made;
  }

  // "a: kept" would be left out.
  std::map<std::string, Fate> fates(const RetentionPlan& made) const {
    std::map<std::string, Fate> found;
    for (const auto& [id, incarnation] : incarnations) {
      if (const Fate fate = made.fate(incarnation); fate != Fate::kept) found[id] = fate;
    }
    return found;
  }
};

using Fates = std::map<std::string, Fate>;

Retention keep(std::optional<double> days, std::optional<double> content_days = std::nullopt) {
  Retention retention;
  if (days) retention.keep.all_ms = *days * kDay;
  if (content_days) retention.keep.content_ms = *content_days * kDay;
  retention.share_max = 1;
  return retention;
}

}  // namespace

TEST_CASE("streams go by the age of their last event, and no clock set ahead makes them older",
          "[merge][retention]") {
  Store store;
  store.record("a", 10);
  store.record("b", 70);
  store.record("c", 100);
  CHECK(store.plan(keep({}), 100).empty());
  CHECK(store.fates(store.plan(keep(50), 100)) == Fates{{"a", Fate::expired}});
  CHECK(store.fates(store.plan(keep(50), 1000)) == Fates{{"a", Fate::expired}});
  // The clock is behind the events: it counts as well.
  CHECK(store.plan(keep(50), 40).empty());
  CHECK(store.fates(store.plan(keep(50, 20), 100)) ==
        Fates{{"a", Fate::expired}, {"b", Fate::stripped}});
  // Recorded in again: its newest part counts.
  store.record("a", 90);
  CHECK(store.plan(keep(50), 100).empty());
}

TEST_CASE("the first prefix that fits counts instead", "[merge][retention]") {
  Store store;
  for (const char* id : {"tmp/1", "tmp/keep/2", "other"}) store.record(id, 50);
  store.record("newest", 100);
  Retention retention = keep(80);
  retention.prefixes = {{"tmp/keep/", {}}, {"tmp/", {20 * kDay, {}}}};
  CHECK(store.fates(store.plan(retention, 100)) == Fates{{"tmp/1", Fate::expired}});
}

TEST_CASE("beyond a size the streams that ended first go", "[merge][retention]") {
  Store store;
  for (const auto& [id, day] : {std::pair("b", 20), {"a", 10}, {"c", 30}, {"d", 40}}) {
    store.record(id, day);
  }
  Retention retention = keep({});
  retention.bytes_max = 2500;
  CHECK(store.fates(store.plan(retention, 100, {}, 1000)) ==
        Fates{{"a", Fate::expired}, {"b", Fate::expired}});
  retention.bytes_max = 4000;
  CHECK(store.plan(retention, 100, {}, 1000).empty());
}

TEST_CASE("so much goes in one run and no more, the oldest first", "[merge][retention]") {
  Store store;
  for (int day = 1; day <= 10; ++day) store.record("s" + std::to_string(day), day);
  store.record("ahead", 10'000);  // a stamp of a clock that was set ahead
  Retention retention = keep(30);
  retention.share_max = 0.3;
  const RetentionPlan plan = store.plan(retention, 10'000);
  CHECK(plan.capped());
  CHECK(store.fates(plan) ==
        Fates{{"s1", Fate::expired}, {"s2", Fate::expired}, {"s3", Fate::expired}});
  retention.share_max = 0.01;  // one may always go, or nothing ever would
  CHECK(store.fates(store.plan(retention, 10'000)) == Fates{{"s1", Fate::expired}});
  retention.share_max = 1;
  const RetentionPlan all = store.plan(retention, 10'000);
  CHECK_FALSE(all.capped());
  CHECK(store.fates(all).size() == 10);
}

TEST_CASE("what a Recorder holds stays, and so does what has no age", "[merge][retention]") {
  Store store;
  store.record("held", 10);
  store.record("free", 20);
  store.record("newest", 100);
  (void)store.plan(keep(1), 100);
  const std::vector<std::uint64_t> held = {store.incarnations.at("held")};
  CHECK(store.fates(store.plan(keep(1), 100, held)) == Fates{{"free", Fate::expired}});
  Retention small = keep({});
  small.bytes_max = 1;
  CHECK(store.fates(store.plan(small, 100, held, 1000)) ==
        Fates{{"free", Fate::expired}, {"newest", Fate::expired}});
}

TEST_CASE("the same settings have the same digest, others do not", "[merge][retention]") {
  CHECK(retention_digest({}) == 0);
  const std::uint64_t one = retention_digest(keep(1));
  CHECK(one == retention_digest(keep(1)));
  CHECK(one != 0);
  Retention prefixed = keep(1);
  prefixed.prefixes = {{"1", {}}};
  prefixed.prefixes[0].keep.all_ms = 5;
  std::vector<std::uint64_t> digests = {one, retention_digest(keep(2)),
                                        retention_digest(keep({}, 1)), retention_digest(prefixed)};
  std::sort(digests.begin(), digests.end());
  CHECK(std::unique(digests.begin(), digests.end()) == digests.end());
}

}  // namespace reel::merge
