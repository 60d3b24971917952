#include "log/open_streams.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <random>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

// An arena whose slots are named by hand.
class NamedSlots {
 public:
  NamedSlots() {
    arena::ArenaOptions options;
    options.slot_count = 4096;
    options.chunk_count = 8;
    arena = std::move(*arena::Arena::create(fs_, "/arena", options));
  }
  void name(std::uint32_t index, const std::string& id) {
    arena::StreamSlot& slot = arena->slot(index);
    slot.name_chunk = arena::kNoChunk;
    slot.name_space_bytes = 2;
    slot.id_bytes = static_cast<std::uint16_t>(id.size());
    std::memcpy(slot.name, "l0", 2);
    std::memcpy(slot.name + 2, id.data(), id.size());
    arena->tag(index) = arena::tag_of(arena::name_hash("l0", id));
  }
  std::unique_ptr<arena::Arena> arena;

 private:
  io::MemoryFileSystem fs_;
};

// The quickest of many idle ticks of a log with so many open streams.
std::int64_t tick_ns(std::uint32_t streams) {
  TestClock clock;
  io::MemoryFileSystem fs;
  LogOptions options = stepped_options();
  options.open_streams_max = 65'536;
  const Core core = opened(fs, clock, options);
  std::vector<std::unique_ptr<detail::RecorderState>> states;
  for (std::uint32_t i = 0; i < streams; ++i) {
    auto state = core->recorder("s" + std::to_string(i), "l0");
    REQUIRE(state.ok());
    states.push_back(std::move(*state));
    if (i < 10)
      REQUIRE(record_event(*states.back(), {1.5, Token{"x", 0, {}, {}}, "", ""}) == Append::ok);
  }
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  std::int64_t quickest = INT64_MAX;
  for (int i = 0; i < 200; ++i) {
    clock.advance(5000);  // the sweep is due
    const auto from = std::chrono::steady_clock::now();
    (void)core->step();
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - from;
    quickest = std::min<std::int64_t>(quickest, took.count());
  }
  REQUIRE(core->close(1000).status.ok());
  return quickest;
}

}  // namespace

TEST_CASE("OpenStreams is a map from names to slots", "[log][open_streams]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    NamedSlots slots;
    log::OpenStreams table(*slots.arena);
    std::map<std::string, std::uint32_t> model;
    std::map<std::uint32_t, std::string> names;  // of slots that are in use
    for (int i = 0; i < 3000; ++i) {
      const std::string id = "id" + std::to_string(random() % 300);
      if (random() % 2 == 0) {
        std::uint32_t slot = static_cast<std::uint32_t>(random() % 4096);
        while (names.contains(slot)) slot = (slot + 1) % 4096;
        slots.name(slot, id);
        names[slot] = id;
        table.put(slot);
        model[id] = slot;
      } else if (!names.empty()) {
        auto some = names.lower_bound(static_cast<std::uint32_t>(random() % 4096));
        if (some == names.end()) some = names.begin();
        const auto current = model.find(some->second);
        const bool is_current = current != model.end() && current->second == some->first;
        CHECK(table.erase(some->first) == is_current);
        if (is_current) model.erase(current);
        names.erase(some);
      }
      CHECK(table.size() == model.size());
      const auto found = table.find("l0", id);
      const auto expected = model.find(id);
      CHECK(found.has_value() == (expected != model.end()));
      if (found) CHECK(*found == expected->second);
    }
    CHECK_FALSE(table.find("l1", "id1"));
    for (const auto& [id, slot] : model) CHECK(table.find("l0", id) == slot);
  }
}

TEST_CASE("an idle tick of the writer does not depend on how many streams are open",
          "[log][open_streams]") {
  const std::int64_t few = tick_ns(50), many = tick_ns(50'000);
  INFO(few << " ns with 50 open streams, " << many << " ns with 50,000");
  CHECK(many < 5 * few + 2000);  // a look at each would be a thousand times as many
}
