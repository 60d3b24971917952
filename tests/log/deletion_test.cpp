// Deleting streams through a Log: what a Reader sees then, and what recording again makes.
#include <map>

#include "catalog/tombstone.hpp"
#include "reader/reader_core.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "support/log_fixture.hpp"

namespace reel {
namespace {

using test::Core;
using test::opened;
using test::TestClock;

const std::string kStore = "/store";

std::uint64_t record(detail::LogCore& core, const std::string& id, int count,
                     const std::string& text = "x") {
  auto state = core.recorder(id, "l0");
  INFO(state.status().to_string());
  REQUIRE(state.ok());
  const std::uint64_t first = (*state)->next_seq;
  for (int i = 0; i < count; ++i) {
    REQUIRE(test::record_event(**state, test::token_at(1000.0 + i, text, i)) == Append::ok);
  }
  (*state)->lane->release_stream(**state);
  return first;
}

// Ids, each with its texts run together.
std::map<std::string, std::string> shown(io::FileSystem& fs) {
  auto core = detail::ReaderCore::open(fs, kStore, {});
  INFO(core.status().to_string());
  REQUIRE(core.ok());
  std::map<std::string, std::string> texts;
  for (const reader::StreamParts& parts : (*core)->streams()) {
    const std::string id(parts.id);
    CHECK((*core)->find("l0", id).has_value());
    const auto metadata = reader::metadata_of(parts, false);
    REQUIRE(metadata.ok());
    auto cursor = (*core)->cursor(id, "l0", {});
    std::uint64_t events = 0;
    for (; cursor->next(); ++events) {
      CHECK(cursor->view().seq == events);
      texts[id] += cursor->view().event.text;
    }
    CHECK(events == metadata->event_count);
  }
  return texts;
}

using Shown = std::map<std::string, std::string>;

// Where the deleted stream's events are when it is deleted and made anew.
enum class Place { arena, active_segment, sealed_segment };

void settle(Core& core, io::FileSystem& fs, TestClock& clock, Place place) {
  if (place == Place::arena) return;
  REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
  if (place == Place::active_segment) return;
  REQUIRE(core->close(1000).status.ok());
  core = opened(fs, clock);
}

TEST_CASE("a deleted stream is gone at once and, recorded again, begins at seq 0",
          "[log][deletion]") {
  for (const Place before : {Place::arena, Place::active_segment, Place::sealed_segment}) {
    for (const Place after : {Place::arena, Place::active_segment, Place::sealed_segment}) {
      INFO("deleted in place " << static_cast<int>(before) << ", made anew in "
                               << static_cast<int>(after));
      TestClock clock;
      io::MemoryFileSystem fs;
      Core core = opened(fs, clock);
      record(*core, "a", 3, "old");
      record(*core, "b", 1, "b");
      settle(core, fs, clock, before);
      const auto deleted = core->delete_stream("a", "l0");
      REQUIRE(deleted.ok());
      CHECK(*deleted);
      CHECK(shown(fs) == Shown{{"b", "b"}});
      CHECK_FALSE(*core->delete_stream("a", "l0"));
      CHECK_FALSE(*core->delete_stream("never", "l0"));
      settle(core, fs, clock, after);
      CHECK(record(*core, "a", 2, "new") == 0);
      CHECK(record(*core, "a", 1, "er") == 2);
      CHECK(shown(fs) == Shown{{"a", "newnewer"}, {"b", "b"}});
      settle(core, fs, clock, after);
      CHECK(record(*core, "a", 1, ".") == 3);
      CHECK(*core->delete_stream("a", "l0"));
      CHECK(record(*core, "a", 1, "third") == 0);
      CHECK(shown(fs) == Shown{{"a", "third"}, {"b", "b"}});
      REQUIRE(core->close(1000).status.ok());
      CHECK(shown(fs) == Shown{{"a", "third"}, {"b", "b"}});
    }
  }
}

TEST_CASE("a stream that a Recorder holds is not deleted", "[log][deletion]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  record(*core, "a", 1);
  auto state = core->recorder("a", "l0");
  REQUIRE(state.ok());
  const auto refused = core->delete_stream("a", "l0");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::busy);
  (*state)->lane->release_stream(**state);
  CHECK(*core->delete_stream("a", "l0"));
}

TEST_CASE("a Recorder that recorded nothing makes no stream to delete", "[log][deletion]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  record(*core, "a", 0);
  CHECK_FALSE(*core->delete_stream("a", "l0"));
  CHECK(core->delete_stream("", "l0").error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a tombstone that another process wrote counts at the next opening", "[log][deletion]") {
  for (const Place place : {Place::arena, Place::active_segment, Place::sealed_segment}) {
    TestClock clock;
    io::MemoryFileSystem fs;
    Core core = opened(fs, clock);
    record(*core, "a", 3, "old");
    settle(core, fs, clock, place);
    auto reader = detail::ReaderCore::open(fs, kStore, {});
    REQUIRE(reader.ok());
    const auto parts = (*reader)->find("l0", "a");
    REQUIRE(parts);
    REQUIRE(catalog::save_tombstone(fs, kStore, {"l0", "a", parts->incarnation, parts->ordinal, 1})
                .ok());
    CHECK((*reader)->find("l0", "a"));  // it shows the moment it was opened
    REQUIRE((*reader)->refresh().ok());
    CHECK_FALSE((*reader)->find("l0", "a"));
    CHECK(record(*core, "a", 1, "new") == 0);
    CHECK(shown(fs) == Shown{{"a", "new"}});
  }
}

TEST_CASE("a clock set back does not bring the deleted stream forward", "[log][deletion]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  Core core = opened(fs, clock);
  record(*core, "a", 1, "old");
  REQUIRE(core->close(1000).status.ok());
  clock.advance(-3'600'000'000);
  core = opened(fs, clock);
  CHECK(*core->delete_stream("a", "l0"));
  CHECK(record(*core, "a", 1, "new") == 0);
  CHECK(shown(fs) == Shown{{"a", "new"}});
}

TEST_CASE("killed around a deletion, the stream is there whole or not at all", "[log][deletion]") {
  for (std::uint64_t n = 0, done = 0; done == 0; ++n) {
    INFO("operation " << n << " and all later fail");
    REQUIRE(n < 60);
    TestClock clock;
    io::MemoryFileSystem fs;
    const Core core = opened(fs, clock);
    record(*core, "a", 5, "old");
    if (n % 2 == 0) REQUIRE(core->wait_for(writer::Demand::sync, 1000).ok());
    fs.fail({std::nullopt, n, true, EIO, 0});
    const bool deleted = core->delete_stream("a", "l0").ok();
    done = deleted ? 1 : 0;
    const auto killed = fs.kill_process();
    fs.clear_faults();  // else the log left behind would try for ten seconds to close
    Shown before = shown(*killed);
    if (deleted) CHECK(before.empty());
    if (!before.empty()) CHECK(before == Shown{{"a", "oldoldoldoldold"}});
    // Recovery moves the arena's events and brings nothing back.
    const Core again = opened(*killed, clock);
    CHECK(shown(*killed) == before);
    CHECK(record(*again, "a", 1, "new") == (before.empty() ? 0 : 5));
    REQUIRE(again->close(1000).status.ok());
    CHECK(shown(*killed) == Shown{{"a", before["a"] + "new"}});
  }
}

TEST_CASE("killed after a deletion and a new beginning: only the new one is recovered",
          "[log][deletion]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  const Core core = opened(fs, clock);
  record(*core, "a", 5, "old");
  CHECK(*core->delete_stream("a", "l0"));
  record(*core, "a", 2, "new");
  std::vector<std::unique_ptr<io::MemoryFileSystem>> lives;  // a Core closes on its own, later
  lives.push_back(fs.kill_process());
  for (int crash = 0; crash < 3; ++crash) {
    io::MemoryFileSystem& now = *lives.back();
    CHECK(shown(now) == Shown{{"a", "newnew"}});
    const Core again = opened(now, clock);
    CHECK(shown(now) == Shown{{"a", "newnew"}});
    lives.push_back(now.kill_process());
  }
}

}  // namespace
}  // namespace reel
