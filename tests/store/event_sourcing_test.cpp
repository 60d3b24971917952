// Each name of the scoped API leads to what it names.
#include "reel/event_sourcing.hpp"

#include <type_traits>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

static_assert(std::is_same_v<EventSourcing::Event, Event>);
static_assert(std::is_same_v<EventSourcing::EventType, EventType>);
static_assert(std::is_same_v<EventSourcing::Envelope, Envelope>);
static_assert(std::is_same_v<EventSourcing::State, State>);
static_assert(std::is_same_v<EventSourcing::Snapshot, Snapshot>);
static_assert(std::is_same_v<EventSourcing::Metadata, StreamMetadata>);
static_assert(std::is_same_v<EventSourcing::Comparison, Comparison>);
static_assert(std::is_same_v<EventSourcing::Config, StorageAdapterConfig>);

TEST_CASE("EventSourcing records, replays, describes and compares") {
  const auto store = EventSourcing::memory({.prefix = "l0", .ttl_ms = 0});
  EventRecorder recorder = EventSourcing::recorder(store);
  REQUIRE(recorder.record_start(R"({"model":"m"})").ok());
  REQUIRE(recorder.record_token("Hello", 0).ok());
  CHECK(EventSourcing::recorder(store, "named").stream_id() == "named");

  auto replay = EventSourcing::replay(recorder.stream_id(), store, {.from_seq = 1});
  REQUIRE(replay.ok());
  int events = 0;
  for ([[maybe_unused]] const EnvelopeView& envelope : *replay) ++events;
  CHECK(events == 1);
  const auto state = EventSourcing::replayer(store).replay_to_state(recorder.stream_id());
  REQUIRE(state.ok());
  CHECK(state->content == "Hello");
  CHECK(EventSourcing::compare(*state, *state).identical);
  CHECK_FALSE(EventSourcing::compare(*state, State()).identical);

  const auto metadata = EventSourcing::metadata(recorder.stream_id(), store);
  REQUIRE((metadata.ok() && *metadata));
  CHECK((*metadata)->event_count == 2);
  CHECK((*metadata)->options == R"({"model":"m"})");
  CHECK(EventSourcing::metadata("nobody", store)->has_value() == false);
  CHECK(EventSourcing::metadata("s", nullptr).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("EventSourcing makes every kind of store") {
  const test::TempDir dir;
  const auto memory = EventSourcing::memory();
  const auto file = EventSourcing::file(dir.file("a"));
  const auto other = EventSourcing::file({.base_path = dir.file("b"), .prefix = "p"});
  const auto composite = EventSourcing::composite({memory, file, other}, 2);
  REQUIRE(composite.ok());
  const auto hourly = EventSourcing::with_ttl(*composite, 3600000);
  REQUIRE(hourly.ok());
  REQUIRE(EventSourcing::recorder(*hourly, "s").record_token("a", 0).ok());
  for (const StorePtr& store : {StorePtr(memory), StorePtr(file), StorePtr(other)})
    CHECK(*store->exists("s"));
}

TEST_CASE("EventSourcing registers and finds adapters") {
  REQUIRE(EventSourcing::register_adapter("now", [](const StorageAdapterConfig&) {
            return Result<StorePtr>(memory_store());
          }).ok());
  CHECK(EventSourcing::list_adapters().back() == "now");
  CHECK(EventSourcing::create({.type = "now"}).ok());
  CHECK(EventSourcing::unregister_adapter("now"));
  CHECK_FALSE(EventSourcing::unregister_adapter("now"));
  CHECK_FALSE(EventSourcing::create({.type = "now"}).ok());
  CHECK(EventSourcing::generate_id().size() == 36);
}

}  // namespace
}  // namespace reel
