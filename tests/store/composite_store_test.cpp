// Several stores behind one: what is written to which, what a failure leaves, what repair mends.
#include <stdexcept>

#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/stores.hpp"

namespace reel {
namespace {

using test::add_tokens;
using test::seqs_of;
using test::token_at;
using Seqs = std::vector<std::uint64_t>;
using Indices = std::vector<std::size_t>;

// Six functions over a memory store, and a fault at the n-th append or at any deletion.
class FaultyStore final : public EventStore {
 public:
  using EventStore::append;
  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected) override {
    ++appends;
    if (appends == throw_at) throw std::runtime_error("lost the thread");
    if (appends == fail_at || down) return Error{ErrorCode::io, 0, "", 0, "no space left"};
    return inner->append(id, event, appends == ignore_seq_at ? std::nullopt : expected);
  }
  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    if (down) return Error{ErrorCode::io, 0, "", 0, "is down"};
    return inner->get_events(id);
  }
  Result<bool> exists(std::string_view id) override { return inner->exists(id); }
  Result<bool> delete_stream(std::string_view id) override {
    if (down) return Error{ErrorCode::io, 0, "", 0, "is down"};
    return inner->delete_stream(id);
  }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    return inner->list_streams(prefix);
  }

  std::shared_ptr<MemoryStore> inner = memory_store();
  int appends = 0, fail_at = 0, throw_at = 0, ignore_seq_at = 0;
  bool down = false;
};

struct Pair {
  std::shared_ptr<FaultyStore> a = std::make_shared<FaultyStore>();
  std::shared_ptr<FaultyStore> b = std::make_shared<FaultyStore>();
  std::shared_ptr<CompositeStore> both = composite_store({a, b}).value();

  CompositeReport add(std::string_view id, std::string text) {
    return both->append_to_all(id, token_at(1, std::move(text), 0));
  }
  std::string content(EventStore& store, std::string_view id) { return store.fold(id)->content; }
};

TEST_CASE("a composite writes to all and reads from its primary") {
  const auto a = memory_store(), b = memory_store();
  const auto both = composite_store({a, b}, 1).value();
  add_tokens(*both, "s", {1, 2, 3});
  CHECK(seqs_of(*a, "s") == Seqs{0, 1, 2});
  CHECK(seqs_of(*b, "s") == Seqs{0, 1, 2});
  add_tokens(*b, "only-b", {1});
  CHECK(*both->exists("only-b"));
  CHECK(both->list_streams()->size() == 2);
  CHECK((*both->metadata("only-b"))->event_count == 1);
  CHECK(both->get_events("only-b")->size() == 1);
  CHECK((*both->get_last_event("s"))->seq == 2);
  CHECK(both->get_events_after("s", 0)->size() == 2);
  CHECK(seqs_of(*both, "s", {1, 1}) == Seqs{1});
  REQUIRE(b->save_snapshot(test::snapshot_at("s", 1, "as saved, ")).ok());
  CHECK(both->fold("s")->content == "as saved, 2");
}

TEST_CASE("deleting from a composite: from all, and it existed where any had it") {
  Pair pair;
  add_tokens(*pair.both, "s", {1});
  add_tokens(*pair.b, "only-b", {1});
  CHECK(*pair.both->delete_stream("s"));
  CHECK(*pair.both->delete_stream("only-b"));
  CHECK_FALSE(*pair.both->delete_stream("s"));
  CHECK_FALSE(*pair.a->exists("s"));
  add_tokens(*pair.both, "s", {1});
  CHECK(seqs_of(*pair.b, "s") == Seqs{0});
  pair.b->down = true;
  bool existed = false;
  const auto report = pair.both->delete_from_all("s", existed);
  CHECK(existed);
  CHECK(report.failed_indices == Indices{1});
  CHECK(report.status().error().message ==
        "Partial failure deleting from CompositeEventStore: 1/2 stores failed (store 1: is down)");
}

TEST_CASE("what a store misses it refuses from then on, and has after repair") {
  Pair pair;
  pair.b->fail_at = 2;
  CHECK(pair.add("s", "0").ok());
  const auto missed = pair.add("s", "1");
  CHECK(missed.succeeded_indices == Indices{0});
  CHECK(missed.failed_indices == Indices{1});
  CHECK(missed.seq == 1);
  REQUIRE(missed.errors.size() == 1);
  CHECK(missed.errors[0].code == ErrorCode::io);
  CHECK(missed.status().error().code == ErrorCode::partial);
  CHECK(
      missed.status().error().message ==
      "Partial failure writing to CompositeEventStore: 1/2 stores failed (store 1: no space left)");
  CHECK(pair.add("s", "2").errors.at(0).code == ErrorCode::sequence);
  CHECK(pair.content(*pair.b, "s") == "0");

  const auto report = pair.both->repair("s");
  CHECK(report.ok());
  CHECK(report.events_resent == 2);
  CHECK(report.repaired_indices == Indices{1});
  CHECK(pair.content(*pair.b, "s") == "012");
  CHECK(pair.add("s", "3").ok());
  CHECK(pair.content(*pair.b, "s") == "0123");
  CHECK(pair.both->repair("s").repaired_indices.empty());
}

TEST_CASE("a primary that missed an event does not give its seq to the next") {
  Pair pair;
  pair.a->fail_at = 2;
  CHECK(pair.add("s", "0").ok());
  CHECK_FALSE(pair.add("s", "1").ok());
  const auto again = composite_store({pair.a, pair.b}).value();  // knows nothing of what happened
  CHECK(again->append_to_all("s", token_at(1, "2", 0)).succeeded_indices == Indices{1});
  CHECK(again->repair().repaired_indices == Indices{0});
  CHECK(pair.content(*pair.a, "s") == "012");
}

TEST_CASE("repair of all streams, with a store that stays down") {
  Pair pair;
  pair.a->down = true;
  CHECK_FALSE(pair.add("x", "0").ok());
  CHECK_FALSE(pair.add("y", "0").ok());
  auto report = pair.both->repair();
  CHECK(report.failed_indices == Indices{0});
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].code == ErrorCode::io);
  pair.a->down = false;
  report = pair.both->repair();
  CHECK(report.ok());
  CHECK(report.repaired_indices == Indices{0});
  CHECK(report.events_resent == 2);
}

TEST_CASE("repair leaves alone what contradicts, and says where") {
  Pair pair;
  add_tokens(*pair.a, "s", {1, 2, 3});
  add_tokens(*pair.b, "s", {1, 99});
  const auto report = pair.both->repair("s");
  CHECK(report.failed_indices == Indices{1});
  CHECK(report.errors.at(0).code == ErrorCode::contradiction);
  CHECK(report.errors.at(0).message.find("seq 1 of stream \"s\"") == 0);
  CHECK(seqs_of(*pair.b, "s") == Seqs{0, 1});
}

TEST_CASE("a store that throws has failed, and the others are written") {
  Pair pair;
  pair.a->throw_at = 1;
  const auto report = pair.add("s", "0");
  CHECK(report.succeeded_indices == Indices{1});
  CHECK(report.errors.at(0).code == ErrorCode::internal);
  CHECK(report.errors.at(0).message == "a store of the composite threw: lost the thread");
}

TEST_CASE("a store that puts the event at another seq has failed") {
  Pair pair;
  add_tokens(*pair.both, "s", {1, 2});
  REQUIRE(pair.a->delete_stream("s").ok());
  pair.a->ignore_seq_at = 3;
  const auto report = pair.add("s", "2");
  CHECK(report.failed_indices == Indices{0});
  CHECK(report.errors.at(0).code == ErrorCode::contradiction);
}

TEST_CASE("a composite refuses a seq that is not the next one, in no store") {
  Pair pair;
  add_tokens(*pair.both, "s", {1, 2});
  for (const std::uint64_t wrong : {0U, 1U, 3U, 9U}) {
    CHECK(pair.both->append("s", token_at(1, "x", 0), wrong).error().code == ErrorCode::sequence);
  }
  // One that lags behind must not take it either.
  pair.b->fail_at = pair.b->appends + 1;
  CHECK_FALSE(pair.add("s", "2").ok());
  CHECK(pair.both->append("s", token_at(1, "x", 0), 2).error().code == ErrorCode::sequence);
  CHECK(seqs_of(*pair.b, "s") == Seqs{0, 1});
  CHECK(pair.both->append("s", token_at(1, "3", 0), 3).error().code == ErrorCode::partial);
}

TEST_CASE("a composite goes on after what others appended to its stores") {
  Pair pair;
  add_tokens(*pair.both, "s", {1});
  add_tokens(*pair.a, "s", {2, 3});
  add_tokens(*pair.b, "s", {2, 3});
  CHECK(pair.add("s", "3").seq == 3);
  CHECK(pair.both->append("s", token_at(1, "4", 0), 4).ok());
  add_tokens(*pair.a, "s", {5});
  add_tokens(*pair.b, "s", {5});
  CHECK(pair.both->append("s", token_at(1, "6", 0), 6).ok());
}

TEST_CASE("a new composite over stores that hide all their events goes on after them") {
  const auto now = [] { return 1e6; };
  const MemoryStoreOptions options{.prefix = {}, .ttl_ms = 10, .now = now};
  const auto a = memory_store(options), b = memory_store(options);
  add_tokens(*composite_store({a, b}).value(), "s", {0, 1});
  CHECK(composite_store({a, b}).value()->append_to_all("s", token_at(1e6, "2", 2)).seq == 2);
  CHECK(composite_store({a, b}).value()->append("s", token_at(1e6, "3", 3), 3).ok());
  const auto again = composite_store({a, b}).value();
  CHECK(seqs_of(*again, "s") == Seqs{2, 3});
}

TEST_CASE("a composite keeps GAPs, ends and thousands of streams apart") {
  Pair pair;
  REQUIRE(pair.both->append("g", test::event_at(0, Gap{5, "x"})).ok());
  CHECK(pair.add("g", "5").seq == 5);
  REQUIRE(pair.both->append("g", test::event_at(0, Complete{"5", 1})).ok());
  CHECK(pair.add("g", "7").seq == 7);
  constexpr int kStreams = 3000;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kStreams; ++i) {
      REQUIRE(pair.add(std::to_string(i), "x").seq == static_cast<std::uint64_t>(round));
    }
  }
}

TEST_CASE("a composite needs stores, and a primary among them") {
  const auto store = memory_store();
  CHECK(composite_store({}).error().code == ErrorCode::invalid_argument);
  CHECK(composite_store({store, nullptr}).error().code == ErrorCode::invalid_argument);
  CHECK(composite_store({store}, 1).error().message ==
        "primary_index is 1, but of 1 stores the last is 0");
}

}  // namespace
}  // namespace reel
