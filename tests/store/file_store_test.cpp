// file_store: the engine behind the document's interface.
#include <filesystem>
#include <limits>

#include "reel/log.hpp"
#include "support/file_bytes.hpp"
#include "support/file_stores.hpp"

namespace reel {
namespace {

using Catch::Matchers::Contains;
using test::appended;
using test::code_of;
using test::small_log;
using test::store_at;
using test::Texts;
using test::texts;
using test::token_at;

TEST_CASE("a folder that is not there has no streams, and reading makes none", "[store][file]") {
  const test::TempDir dir;
  const std::string path = dir.file("deep/er/store");
  const auto store = store_at(path);
  CHECK(texts(*store, "a").empty());
  CHECK_FALSE(*store->exists("a"));
  CHECK_FALSE(*store->delete_stream("a"));
  CHECK(store->list_streams()->empty());
  CHECK_FALSE(*store->metadata("a"));
  CHECK_FALSE(*store->get_last_event("a"));
  CHECK_FALSE(*store->get_snapshot("a"));
  CHECK(*store->fold("a") == State());
  CHECK(store->flush().ok());
  CHECK(store->sync().ok());
  CHECK_FALSE(std::filesystem::exists(dir.file("deep")));
  CHECK(appended(*store, "a", "x") == 0);
  CHECK(texts(*store, "a") == Texts{"0x"});
}

TEST_CASE("a folder of somebody else is refused", "[store][file]") {
  const test::TempDir dir;
  std::filesystem::create_directory(dir.file("s"));
  test::write_bytes(dir.file("s/letter.txt"), "Dear");
  const auto store = store_at(dir.file("s"));
  CHECK(code_of(store->append("a", token_at(1, "x", 0))) == ErrorCode::not_a_store);
  CHECK(code_of(store->get_events("a")) == ErrorCode::not_a_store);
}

TEST_CASE("ids are letters, digits, hyphens and underscores in every function", "[store][file]") {
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  for (const char* id : {"", "a b", "../a", "a/b", "a.b", "\xc3\xa4"}) {
    INFO('"' << id << '"');
    const std::string why = *id == '\0' ? "must not be empty" : "Invalid stream ID";
    const auto refused = store->append(id, token_at(1, "x", 0));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK_THAT(refused.error().message, Contains(why));
    CHECK(code_of(store->get_events(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->exists(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->delete_stream(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->read(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->get_last_event(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->get_events_after(id, 0)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->metadata(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->fold(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->get_snapshot(id)) == ErrorCode::invalid_argument);
    CHECK(code_of(store->get_snapshot_before(id, 1)) == ErrorCode::invalid_argument);
    Snapshot snapshot;
    snapshot.stream_id = id;
    CHECK(store->save_snapshot(snapshot).error().code == ErrorCode::invalid_argument);
  }
  CHECK_FALSE(std::filesystem::exists(dir.file("s")));
}

TEST_CASE("every event is seen at once, by every handle", "[store][file]") {
  const test::TempDir dir;
  const auto one = store_at(dir.file("s"));
  const auto two = store_at(dir.file("s/../s"));
  Texts expected;
  for (int i = 0; i < 50; ++i) {
    const auto& store = i % 2 == 0 ? one : two;
    const std::string text = "t" + std::to_string(i);
    CHECK(appended(*store, "a", text, i) == static_cast<std::uint64_t>(i));
    expected.push_back(std::to_string(i) + text);
    CHECK(texts(*one, "a") == expected);
    CHECK(texts(*two, "a") == expected);
    CHECK((*two->get_last_event("a"))->seq == static_cast<std::uint64_t>(i));
    if (i % 10 == 0) REQUIRE(one->sync().ok());
  }
  CHECK(one->get_events_after("a", 47)->size() == 2);
  CHECK((*one->metadata("a"))->event_count == 50);
  CHECK(one->fold("a")->token_count == 50);
  CHECK(one->fold("a", {10, 11})->content == "t10t11");
}

TEST_CASE("a cursor shows the moment of its making and outlives its store", "[store][file]") {
  const test::TempDir dir;
  std::unique_ptr<EventCursor> cursor;
  {
    const auto store = store_at(dir.file("s"));
    appended(*store, "a", "x");
    appended(*store, "a", "y");
    cursor = *store->read("a", {1, UINT64_MAX});
    appended(*store, "a", "z");
  }
  REQUIRE(cursor->next());
  CHECK(cursor->view().seq == 1);
  CHECK(cursor->view().event.text == "y");
  CHECK_FALSE(cursor->next());
  CHECK(cursor->status().ok());
}

TEST_CASE("handles come and go, the stream goes on at its next seq", "[store][file]") {
  const test::TempDir dir;
  for (std::uint64_t life = 0; life < 4; ++life) {
    const auto store = store_at(dir.file("s"));
    CHECK(appended(*store, "a", "x") == life);
  }
  // All handles are gone, so another may open the folder.
  CHECK(Log::open(dir.file("s"), small_log()).ok());
}

TEST_CASE("expected seqs are checked before anything is stored", "[store][file]") {
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  CHECK(*store->append("a", token_at(1, "x", 0), 0) == 0);
  const auto refused = store->append("a", token_at(1, "x", 0), 0);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::sequence);
  CHECK(code_of(store->append("a", token_at(1, "x", 0), 2)) == ErrorCode::sequence);
  CHECK(*store->append("a", token_at(1, "y", 0), 1) == 1);
  CHECK(*static_cast<EventStore&>(*store).append({"a", 2, token_at(1, "z", 0)}) == 2);
  CHECK(texts(*store, "a") == Texts{"0x", "1y", "2z"});
}

TEST_CASE("tokens are appended many at a time", "[store][file]") {
  const test::TempDir dir;
  const auto store = store_at(dir.file("s"));
  constexpr std::string_view kValues[] = {"Hel", "lo", "", " world"};
  std::size_t stored = 99;
  REQUIRE(store->append_tokens("a", {}, 0, 1, stored).ok());
  CHECK(stored == 0);
  CHECK_FALSE(*store->exists("a"));
  REQUIRE(store->append_tokens("a", kValues, 7, 1705619139921.994, stored).ok());
  CHECK(stored == 4);
  CHECK(texts(*store, "a") == Texts{"0Hel", "1lo", "2", "3 world"});
  const auto last = *store->get_last_event("a");
  REQUIRE(last);
  CHECK(std::get<Token>(last->event.body).index == 10);
  CHECK(last->event.ts_ms == 1705619139921.994);
  CHECK(appended(*store, "a", "!") == 4);
}

TEST_CASE("of tokens that cannot be appended it is said how many were", "[store][file]") {
  const test::TempDir dir;
  FileStoreOptions options;
  options.base_path = dir.file("s");
  options.log = small_log();
  options.log.event_bytes_max = 1000;
  const auto store = file_store(std::move(options));
  const std::string large(2000, 'x');
  const std::string_view values[] = {"a", "b", large, "c"};
  std::size_t stored = 99;
  CHECK(store->append_tokens("a", values, 0, 1, stored).error().code == ErrorCode::too_large);
  CHECK(stored == 2);
  CHECK(texts(*store, "a") == Texts{"0a", "1b"});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(store->append_tokens("a", values, 0, nan, stored).error().code ==
        ErrorCode::invalid_argument);
  CHECK(stored == 0);
  CHECK(store->append_tokens("a", values, INT64_MAX - 2, 1, stored).error().code ==
        ErrorCode::invalid_argument);
  CHECK(store->append_tokens("a b", values, 0, 1, stored).error().code ==
        ErrorCode::invalid_argument);
  CHECK(texts(*store, "a") == Texts{"0a", "1b"});
}

TEST_CASE("what the engine refuses is an error in words", "[store][file]") {
  const test::TempDir dir;
  FileStoreOptions options;
  options.base_path = dir.file("s");
  options.log = small_log();
  options.log.event_bytes_max = 1000;
  const auto store = file_store(options);
  CHECK(code_of(store->append("a", token_at(1, std::string(2000, 'x'), 0))) ==
        ErrorCode::too_large);
  const auto refused =
      store->append("a", token_at(std::numeric_limits<double>::quiet_NaN(), "x", 0));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK_THAT(refused.error().message, Contains("finite"));
  CHECK(appended(*store, "a", "x") == 0);
}

}  // namespace
}  // namespace reel
