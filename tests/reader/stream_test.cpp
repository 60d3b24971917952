// One stream, read through a Reader: by cursor, and replayed.
#include "reel/replay.hpp"
#include "support/catch.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandStore;
using test::opened;
using test::Seqs;
using test::seqs;
using test::token;

TEST_CASE_METHOD(test::OnTwoSegments,
                 "a cursor goes through all segments in order, gaps included") {
  CHECK(seqs(reader, "a") == Seqs{0, 1, 2, 3, 4, 5, 8});
  CHECK(seqs(reader, "b") == Seqs{0});
  CHECK(seqs(reader, "absent").empty());
  CHECK(seqs(reader, "c").empty());
  CHECK(seqs(reader, "c", 0, UINT64_MAX, "other") == Seqs{0});
}

TEST_CASE_METHOD(test::OnTwoSegments,
                 "both ends of a range count, a gap that reaches into it is shown") {
  CHECK(seqs(reader, "a", 2, 4) == Seqs{2, 3, 4});
  CHECK(seqs(reader, "a", 3, 3) == Seqs{3});
  CHECK(seqs(reader, "a", 7, 8) == Seqs{5, 8});
  CHECK(seqs(reader, "a", 8) == Seqs{8});
  CHECK(seqs(reader, "a", 9).empty());
  CHECK(seqs(reader, "a", 4, 2).empty());
  CHECK(seqs(reader, "a", UINT64_MAX).empty());
}

TEST_CASE("events that two segments hold come once and count once") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{token("a", 0, "0"), token("a", 1, "1"), token("a", 2, "2")}});
  store.add_segment({{token("a", 1, "1"), token("a", 2, "2"), token("a", 3, "3")}});
  store.add_segment({{token("a", 2, "2")}});
  store.save();
  const Reader reader = opened(store.path());
  CHECK(seqs(reader, "a") == Seqs{0, 1, 2, 3});
  CHECK(reader.info().events == 4);
  const auto metadata = reader.metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->next_seq == 4);
}

TEST_CASE_METHOD(test::OnTwoSegments, "the state after a stream's events, or a range of them") {
  const auto whole = replay_to_state(reader, "a");
  REQUIRE(whole.ok());
  CHECK(whole->content == "one two three four");
  CHECK(whole->completed);
  const auto part = replay_to_state(reader, "a", "l0", 2, 3);
  REQUIRE(part.ok());
  CHECK(part->content == "two three ");
  const auto absent = replay_to_state(reader, "absent");
  REQUIRE(absent.ok());
  CHECK(absent->content.empty());
}

}  // namespace
}  // namespace reel
