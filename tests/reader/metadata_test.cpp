// What a Reader tells of streams without reading them, and which there are.
#include "reel/replay.hpp"
#include "support/catch.hpp"
#include "support/reader_store.hpp"

namespace reel {
namespace {

using test::HandEvent;
using test::HandStore;
using test::opened;
using test::token;

TEST_CASE_METHOD(test::OnTwoSegments, "metadata joins what the segments know") {
  const auto found = reader.metadata("a");
  REQUIRE((found.ok() && *found));
  const StreamMetadata& metadata = **found;
  CHECK(metadata.event_count == 6);
  CHECK(metadata.token_count == 5);
  CHECK(metadata.start_ts == 999);
  CHECK(metadata.end_ts == 1010);
  CHECK(metadata.completed);
  CHECK_FALSE(metadata.has_error);
  CHECK(metadata.options == R"({"model":"m"})");
  CHECK(metadata.status == StreamStatus::completed);
  CHECK(metadata.gaps == 3);
  CHECK(metadata.next_seq == 9);
  CHECK(metadata.durable_seq == 8);
  const auto b = reader.metadata("b");
  REQUIRE((b.ok() && *b));
  CHECK((*b)->status == StreamStatus::interrupted);
  CHECK_FALSE((*b)->options);
  const auto absent = reader.metadata("absent");
  REQUIRE(absent.ok());
  CHECK_FALSE(*absent);
  CHECK(reader.exists("a"));
  CHECK_FALSE(reader.exists("absent"));
}

TEST_CASE("of several incarnations only the newest counts") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  HandEvent old0 = token("a", 0, "old", 1), old1 = token("a", 1, "old", 1);
  HandEvent fresh = token("a", 0, "new", 7);
  fresh.incarnation = 2;
  store.add_segment({{old0, old1}});
  store.add_segment({{fresh}});
  store.save();
  const Reader reader = opened(store.path());
  const auto state = replay_to_state(reader, "a");
  REQUIRE(state.ok());
  CHECK(state->content == "new");
  CHECK(reader.list_streams().size() == 1);
  CHECK(reader.info().events == 1);
}

TEST_CASE("listings are in order of first appearance, by namespace and prefix") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{token("late", 0, "x", 9), token("early", 0, "x", 3)}});
  store.add_segment({{token("earliest", 0, "x", 1)}});
  store.save();
  const Reader reader = opened(store.path());
  CHECK(reader.list_streams() == std::vector<std::string>{"earliest", "early", "late"});
  CHECK(reader.list_streams("earl") == std::vector<std::string>{"earliest", "early"});
  CHECK(reader.list_streams("", "none").empty());
  CHECK(reader.list_namespaces() == std::vector<std::string>{"l0"});
  const auto list = reader.list_metadata("l");
  REQUIRE(list.ok());
  REQUIRE(list->size() == 1);
  CHECK(list->front().ordinal == 9);
}

TEST_CASE("an alive writer makes an unfinished stream open") {
  const test::TempDir dir;
  HandStore store(dir.file("s"));
  store.add_segment({{token("a", 0, "x")}});
  store.save();
  auto lock = io::posix().lock(catalog::lock_file(store.lane()));
  REQUIRE(lock.ok());
  Reader reader = opened(store.path());
  CHECK(reader.info().writer_alive);
  auto metadata = reader.metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->status == StreamStatus::open);
  lock->reset();
  REQUIRE(reader.refresh().ok());
  metadata = reader.metadata("a");
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->status == StreamStatus::interrupted);
}

TEST_CASE("names of a stream's status") {
  CHECK(std::string(stream_status_name(StreamStatus::open)) == "open");
  CHECK(std::string(stream_status_name(StreamStatus::interrupted)) == "interrupted");
  CHECK(std::string(stream_status_name(StreamStatus::completed)) == "completed");
  CHECK(std::string(stream_status_name(StreamStatus::error)) == "error");
}

}  // namespace
}  // namespace reel
