// What a store gets for free once it does the six things that it must.
#include "support/catch.hpp"
#include "support/plain_store.hpp"
#include "support/stores.hpp"

namespace reel {
namespace {

using test::PlainStore;

void fill(EventStore& store, std::string_view id) {
  const EventBody bodies[] = {Start{R"({"model":"m"})"}, Token{"a", 0}, Token{"b", 1},
                              Token{"c", 2}, Complete{"abc", 3}};
  double ts_ms = 10;
  for (const EventBody& body : bodies)
    REQUIRE(store.append(id, test::event_at(ts_ms++, body)).ok());
}

TEST_CASE("reading by default: a range, the last event, those after a seq") {
  PlainStore store;
  fill(store, "s");
  CHECK(test::seqs_of(store, "s", {1, 2}) == std::vector<std::uint64_t>{1, 2});
  CHECK((*store.get_last_event("s"))->seq == 4);
  CHECK(!*store.get_last_event("none"));
  CHECK(store.get_events_after("s", 2)->size() == 2);
  CHECK(store.get_events_after("s", 4)->empty());
}

TEST_CASE("an envelope's own seq is the one expected") {
  PlainStore store;
  CHECK(store.append(Envelope{"s", 0, test::token_at(1, "a", 0)}).ok());
  CHECK(store.append(Envelope{"s", 0, test::token_at(1, "a", 0)}).error().code ==
        ErrorCode::sequence);
}

TEST_CASE("metadata by default: what a walk over the stream finds") {
  PlainStore store;
  CHECK(!*store.metadata("s"));
  fill(store, "s");
  const auto metadata = store.metadata("s");
  REQUIRE(metadata.ok());
  REQUIRE(*metadata);
  CHECK((*metadata)->stream_id == "s");
  CHECK((*metadata)->event_count == 5);
  CHECK((*metadata)->token_count == 3);
  CHECK((*metadata)->start_ts == 10);
  CHECK((*metadata)->end_ts == 14);
  CHECK((*metadata)->completed);
  CHECK((*metadata)->status == StreamStatus::completed);
  CHECK((*metadata)->options == R"({"model":"m"})");
}

TEST_CASE("fold by default: of the range alone, from the nearest snapshot if it begins at 0") {
  PlainStore store;
  fill(store, "s");
  CHECK(store.fold("s", {2, 3})->content == "bc");
  CHECK(store.fold("s")->completed);
  REQUIRE(store.save_snapshot(test::snapshot_at("s", 2, "AB")).ok());
  REQUIRE(store.save_snapshot(test::snapshot_at("s", 1, "A")).ok());
  REQUIRE(store.save_snapshot(test::snapshot_at("s", 99, "of events that never were")).ok());
  CHECK(store.fold("s", {0, 3})->content == "ABc");
  CHECK(store.fold("s", {0, 1})->content == "A");
  CHECK(store.fold("s", {0, 0})->content.empty());
  CHECK(store.fold("s", {2, 3})->content == "bc");
  CHECK(store.fold("s", {0, 3}, FoldMode::attempts)->content == "abc");
}

TEST_CASE("a snapshot alone is no stream: its state is nobody's") {
  PlainStore store;
  REQUIRE(store.save_snapshot(test::snapshot_at("s", 2, "AB")).ok());
  CHECK(*store.fold("s") == State());
}

}  // namespace
}  // namespace reel
