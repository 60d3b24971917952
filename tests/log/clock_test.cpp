// Stamps of one stream over its Recorders and lives.
#include <chrono>
#include <thread>

#include "support/log_fixture.hpp"
#include "support/read_back.hpp"
#include "support/temp_dir.hpp"

using namespace reel;  // NOLINT

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

// Records a token stamped by the clock, as record_token does.
void put_token(detail::RecorderState& state) {
  EventView view;
  view.type = EventType::token;
  view.text = "x";
  view.number = 0;
  REQUIRE(state.lane->record(state, view, state.lane->stamp(state), false) == Append::ok);
}

void check_stamps_rise(io::FileSystem& fs, const std::string& path, std::size_t events) {
  const auto stored = test::read_back(fs, path).at("s").events;
  REQUIRE(stored.size() == events);
  for (std::size_t i = 1; i < stored.size(); ++i) {
    CHECK(stored[i].second.ts_ms >= stored[i - 1].second.ts_ms);
  }
}

}  // namespace

TEST_CASE("a stream goes on from its last stamp when the clock was set back between two lives",
          "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  // Closed cleanly; or the process dies, and recovery brings the event into a segment.
  const bool cleanly = GENERATE(true, false);
  auto core = test::opened(fs, clock);
  {
    auto state = core->recorder("s", kDefaultNamespace);
    REQUIRE(state.ok());
    put_token(**state);
    (*state)->lane->release_stream(**state);
  }
  if (cleanly) REQUIRE(core->close(1000).status.ok());
  const auto killed = fs.kill_process();
  io::FileSystem& after = *killed;
  test::TestClock earlier;
  earlier.advance(-3600 * kSecondUs);
  auto again = test::opened(after, earlier);
  auto state = again->recorder("s", kDefaultNamespace);
  REQUIRE(state.ok());
  CHECK((*state)->next_seq == 1);
  put_token(**state);
  CHECK((*state)->last_us == test::TestClock().wall_us());
  (*state)->lane->release_stream(**state);
  REQUIRE(again->close(1000).status.ok());
  check_stamps_rise(after, "/store", 2);
}

TEST_CASE("a stream goes on from its last stamp within one life, written or not", "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  auto core = test::opened(fs, clock);
  const bool written = GENERATE(true, false);
  for (int turn = 0; turn < 3; ++turn) {
    auto state = core->recorder("s", kDefaultNamespace);
    REQUIRE(state.ok());
    put_token(**state);
    (*state)->lane->release_stream(**state);
    if (written) REQUIRE(core->wait_for(writer::Demand::write, 1000).ok());
    clock.advance(-kSecondUs);
  }
  REQUIRE(core->close(1000).status.ok());
  check_stamps_rise(fs, "/store", 3);
}

TEST_CASE("a ticker stamps in steps of its ticks, and moves by itself", "[log]") {
  const test::TempDir dir;
  LogOptions options;
  options.arena_bytes = std::size_t{4} << 20;
  options.clock = ClockKind::ticker;
  options.ticker_us = 2000;
  auto log = Log::open(dir.path() + "/store", options);
  REQUIRE(log.ok());
  auto recorder = log->recorder("s");
  REQUIRE(recorder.ok());
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  std::size_t events = 0;
  while (std::chrono::steady_clock::now() < until) {
    REQUIRE(recorder->record_token("x", 0) == Append::ok);
    ++events;
  }
  recorder->close();
  REQUIRE(log->close().status.ok());
  const auto stored = test::read_back(io::posix(), dir.path() + "/store").at("s").events;
  REQUIRE(stored.size() == events);
  std::size_t steps = 0;
  for (std::size_t i = 1; i < events; ++i) {
    REQUIRE(stored[i].second.ts_ms >= stored[i - 1].second.ts_ms);
    steps += stored[i].second.ts_ms > stored[i - 1].second.ts_ms;
  }
  CHECK(steps >= 2);
  CHECK(steps <= 50);
}

TEST_CASE("somebody's stamp of the far future does not stop the clock of a reopened stream",
          "[log]") {
  io::MemoryFileSystem fs;
  test::TestClock clock;
  for (int life = 0; life < 2; ++life) {
    auto core = test::opened(fs, clock);
    auto state = core->recorder("s", kDefaultNamespace);
    REQUIRE(state.ok());
    put_token(**state);
    CHECK((*state)->last_us == clock.wall_us());
    Event event;
    event.ts_ms = 4.0e12;
    event.body = Token{"own", 1, {}, {}};
    REQUIRE(test::record_event(**state, event) == Append::ok);
    (*state)->lane->release_stream(**state);
    REQUIRE(core->close(1000).status.ok());
  }
}
