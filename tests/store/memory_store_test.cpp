// What a memory store does beyond the rules of every store.
#include <limits>
#include <thread>

#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/stores.hpp"

namespace reel {
namespace {

using test::add_tokens;
using test::seqs_of;
using Seqs = std::vector<std::uint64_t>;

TEST_CASE("a memory store takes any id, the empty one too") {
  const auto store = memory_store();
  const std::string ids[] = {
      "", "..", "a/b", std::string("n\0l", 3), "\xff", std::string(9000, 'x')};
  for (const std::string& id : ids) add_tokens(*store, id, {1});
  CHECK(*store->list_streams() == std::vector<std::string>(std::begin(ids), std::end(ids)));
  CHECK(*store->exists(""));
  CHECK(*store->delete_stream(""));
  CHECK_FALSE(*store->exists(""));
}

TEST_CASE("a memory store counts and clears") {
  const auto store = memory_store();
  add_tokens(*store, "a", {1, 2, 3});
  add_tokens(*store, "b", {1});
  REQUIRE(store->append("b", test::event_at(2, Gap{7, "overflow"})).ok());
  REQUIRE(store->save_snapshot(test::snapshot_at("c", 0, "alone")).ok());
  CHECK(store->get_stream_count() == 2);
  CHECK(store->get_total_event_count() == 4);
  store->clear();
  CHECK(store->get_stream_count() == 0);
  CHECK(store->get_total_event_count() == 0);
  CHECK_FALSE(*store->get_snapshot("c"));
  add_tokens(*store, "a", {1});
  CHECK(seqs_of(*store, "a") == Seqs{0});
}

TEST_CASE("a memory store refuses what no stream can hold, and stores nothing then") {
  const auto store = memory_store();
  CHECK(store->append("s", test::token_at(std::numeric_limits<double>::quiet_NaN(), "a", 0))
            .error()
            .code == ErrorCode::invalid_argument);
  CHECK(store->append("s", test::event_at(0, Gap{0, "x"})).error().code ==
        ErrorCode::invalid_argument);
  const auto refused = store->append("s", test::token_at(0, "a", 0), 3);
  CHECK(refused.error().code == ErrorCode::sequence);
  CHECK(refused.error().message == "the next event of stream \"s\" has seq 0, not 3");
  CHECK_FALSE(*store->exists("s"));
  CHECK(store->list_streams()->empty());
  REQUIRE(store->append("s", test::event_at(0, Gap{kSeqMax, "x"})).ok());
  CHECK(store->append("s", test::token_at(0, "a", 0)).error().code == ErrorCode::too_large);
}

TEST_CASE("a memory store's metadata: the last START's options, prefix, order") {
  const auto store = memory_store({.prefix = "tenant"});
  add_tokens(*store, "first", {1});
  REQUIRE(store->append("s", test::event_at(5, Start{R"({"model":"m"})"})).ok());
  add_tokens(*store, "s", {6});
  CHECK((*store->metadata("s"))->options == R"({"model":"m"})");
  REQUIRE(store->append("s", test::event_at(7, Start{})).ok());
  const auto metadata = **store->metadata("s");
  CHECK(metadata.options == "{}");
  CHECK(metadata.name_space == "tenant");
  CHECK(metadata.ordinal == 1);
  CHECK(metadata.start_ts == 7);
  CHECK(metadata.next_seq == 3);
  CHECK_FALSE((*store->metadata("first"))->options);
}

TEST_CASE("of several snapshots with one seq, a memory store keeps the last") {
  const auto store = memory_store();
  for (const char* content : {"a", "b", "c"}) {
    REQUIRE(store->save_snapshot(test::snapshot_at("s", 4, content)).ok());
    REQUIRE(store->save_snapshot(test::snapshot_at("s", 2, "early")).ok());
  }
  CHECK((*store->get_snapshot("s"))->content == "early");
  CHECK((*store->get_snapshot_before("s", 9))->content == "c");
  CHECK_FALSE(*store->get_snapshot_before("s", 1));
}

// Run under ThreadSanitizer this is about the walk beside appends.
TEST_CASE("a memory store is read while it is written") {
  const auto store = memory_store();
  add_tokens(*store, "s", {0});
  constexpr std::uint64_t kEvents = 20000;
  std::thread writer([&] {
    for (std::uint64_t i = 1; i < kEvents; ++i) {
      if (!store->append("s", test::token_at(1, "token", static_cast<std::int64_t>(i)), i)) return;
    }
  });
  std::uint64_t seen = 0;
  while (seen < kEvents) {
    const auto seqs = seqs_of(*store, "s");
    const bool grows = seqs.size() >= seen && seqs.back() + 1 == seqs.size();
    CHECK(grows);
    if (!grows) break;
    seen = seqs.size();
  }
  writer.join();
}

}  // namespace
}  // namespace reel
