// What a TTL hides, and what it does not: a handle's own, and with_ttl around any store.
#include <fstream>
#include <nlohmann/json.hpp>

#include "reel/json.hpp"
#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/stores.hpp"

namespace reel {
namespace {

using test::add_tokens;
using test::seqs_of;
using Seqs = std::vector<std::uint64_t>;

std::shared_ptr<MemoryStore> at_moment(double now_ms, std::int64_t ttl_ms) {
  return memory_store({.ttl_ms = ttl_ms, .now = [now_ms] { return now_ms; }});
}

TEST_CASE("an event is visible as long as its age is not above the TTL") {
  const auto store = at_moment(1000, 100);
  add_tokens(*store, "s", {899.9, 900, 1000, 1e9, 0});
  CHECK(seqs_of(*store, "s") == Seqs{1, 2, 3});
  CHECK(seqs_of(*store, "s", {0, 1}) == Seqs{1});
  CHECK(store->get_events("s")->size() == 3);
  CHECK(store->get_events_after("s", 2)->size() == 1);
  CHECK((*store->get_last_event("s"))->seq == 3);
  CHECK((*store->metadata("s"))->event_count == 3);
  CHECK(store->fold("s")->content == "123");
}

TEST_CASE("a handle's TTL of 0 hides nothing") {
  const auto store = at_moment(1e12, 0);
  add_tokens(*store, "s", {0, 1});
  CHECK(seqs_of(*store, "s") == Seqs{0, 1});
}

TEST_CASE("a stream whose events are all hidden: not there, but listed, and its seqs go on") {
  double now_ms = 0;
  const auto store = memory_store({.ttl_ms = 10, .now = [&] { return now_ms; }});
  add_tokens(*store, "s", {0, 1});
  CHECK(*store->exists("s"));
  now_ms = 100;
  CHECK_FALSE(*store->exists("s"));
  CHECK_FALSE(*store->get_last_event("s"));
  CHECK_FALSE(*store->metadata("s"));
  CHECK(*store->list_streams() == std::vector<std::string>{"s"});
  CHECK(store->get_total_event_count() == 2);
  CHECK(store->append("s", test::token_at(100, "c", 2), 2).ok());
  CHECK(seqs_of(*store, "s") == Seqs{2});
  CHECK(*store->delete_stream("s"));
}

TEST_CASE("with a TTL no state begins at a snapshot, which may hold what is hidden") {
  const auto store = at_moment(1000, 100);
  add_tokens(*store, "s", {0, 950});
  REQUIRE(store->save_snapshot(test::snapshot_at("s", 1, "hidden")).ok());
  CHECK(store->fold("s")->content == "1");
}

TEST_CASE("a walk keeps what was visible when it began") {
  double now_ms = 0;
  const auto store = memory_store({.ttl_ms = 10, .now = [&] { return now_ms; }});
  add_tokens(*store, "s", {0, 1});
  auto cursor = store->read("s");
  REQUIRE(cursor.ok());
  now_ms = 100;
  CHECK((*cursor)->next());
  CHECK((*cursor)->next());
  CHECK_FALSE((*cursor)->next());
}

TEST_CASE("with_ttl hides in the handle alone") {
  const auto base = memory_store();
  const auto store = with_ttl(base, 100, [] { return 1000.0; }).value();
  add_tokens(*store, "old", {0, 1});
  add_tokens(*store, "s", {0, 900, 950});
  CHECK(seqs_of(*store, "s") == Seqs{1, 2});
  CHECK(seqs_of(*base, "s") == Seqs{0, 1, 2});
  CHECK((*store->metadata("s"))->event_count == 2);
  CHECK(store->get_events("s")->front().seq == 1);
  CHECK(store->get_events_after("s", 1)->size() == 1);
  CHECK((*store->get_last_event("s"))->seq == 2);
  CHECK_FALSE(*store->exists("old"));
  CHECK_FALSE(*store->metadata("old"));
  CHECK(store->list_streams()->size() == 2);
  CHECK(store->append("old", test::token_at(1, "c", 2), 2).ok());
  CHECK(store->append("old", test::token_at(1, "c", 2), 2).error().code == ErrorCode::sequence);
  CHECK(*store->delete_stream("old"));
  CHECK_FALSE(*base->exists("old"));
}

TEST_CASE("with_ttl folds no snapshot of the store behind it") {
  const auto base = memory_store();
  const auto store = with_ttl(base, 100, [] { return 1000.0; }).value();
  add_tokens(*store, "s", {0, 950});
  REQUIRE(base->save_snapshot(test::snapshot_at("s", 1, "hidden")).ok());
  CHECK(store->fold("s")->content == "1");
  CHECK(store->snapshots() == nullptr);
}

TEST_CASE("with_ttl of 0 hides all that is past, not this moment and what is to come") {
  const auto store = with_ttl(memory_store(), 0, [] { return 1000.0; }).value();
  add_tokens(*store, "s", {999.999, 1000, 1001});
  CHECK(seqs_of(*store, "s") == Seqs{1, 2});
}

TEST_CASE("with_ttl without a clock of its own goes by the system's") {
  const auto store = with_ttl(memory_store(), 3'600'000).value();
  add_tokens(*store, "s", {0, 4e12});
  CHECK(seqs_of(*store, "s") == Seqs{1});
}

TEST_CASE("with_ttl needs a store") {
  CHECK(with_ttl(nullptr, 1).error().code == ErrorCode::invalid_argument);
}

// Stores the vector's events under their own seqs, and sees what its clock and TTL leave.
void check_vector(const nlohmann::json& vector) {
  const double now_ms = vector.at("now_ms").get<double>();
  const auto store = at_moment(now_ms, vector.at("ttl_ms").get<std::int64_t>());
  json::Parser parser;
  for (const auto& envelope : vector.at("events")) {
    const auto line = parser.parse_line(envelope.dump());
    REQUIRE(line.ok());
    REQUIRE(store->append(*line->stream_id, line->event, line->seq).ok());
  }
  const auto id = vector.at("stream_id").get<std::string>();
  const auto& expect = vector.at("expect");
  CHECK(seqs_of(*store, id) == expect.at("visible_seqs").get<Seqs>());
  std::string state;
  json::append_state(state, *store->fold(id));
  CHECK(nlohmann::json::parse(state) == expect.at("state"));
}

TEST_CASE("the published vectors of kind ttl hold") {
  const auto folder = test::shared_dir();
  if (folder.empty()) {
    WARN("skipped: set REEL_SHARED to the folder that holds vectors/");
    return;
  }
  std::ifstream file(folder / "vectors" / "rules.jsonl");
  REQUIRE(file.is_open());
  std::size_t checked = 0;
  for (std::string line; std::getline(file, line);) {
    const auto vector = nlohmann::json::parse(line, nullptr, false);
    if (!vector.is_object() || vector.at("kind") != "ttl") continue;
    check_vector(vector);
    ++checked;
  }
  CHECK(checked > 0);
}

}  // namespace
}  // namespace reel
