#include "writer/writer.hpp"

#include <thread>

#include "support/catch.hpp"
#include "support/log_fixture.hpp"
#include "support/read_back.hpp"

using namespace reel;        // NOLINT
using namespace reel::test;  // NOLINT

namespace {

Event token(std::int64_t index) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Token{std::string(1000, 'x'), index, "", {}};
  return event;
}
Event import_gap(std::uint64_t count) {
  Event event;
  event.ts_ms = 1000.5;
  event.body = Gap{count, "import"};
  return event;
}

}  // namespace

// The stopped clock keeps the writer from looking into the first thread's open chunk, so what the
// second one recorded is taken first and has to wait.
TEST_CASE("a GAP that waits for an earlier event is counted once, when it is written",
          "[writer][threads]") {
  TestClock clock;
  io::MemoryFileSystem fs;
  auto core = open_core(fs, clock, stepped_options());
  REQUIRE(core.ok());
  auto opened = (*core)->recorder("s", "l0");
  REQUIRE(opened.ok());
  detail::RecorderState& stream = **opened;
  REQUIRE(record_event(stream, token(0)) == Append::ok);
  bool recorded = false;
  std::thread([&] {
    recorded = record_event(stream, import_gap(3)) == Append::ok;
    for (int i = 0; i < 20; ++i)
      recorded = record_event(stream, token(i)) == Append::ok && recorded;
  }).join();  // a thread that ends hands its chunk over
  REQUIRE(recorded);

  REQUIRE((*core)->step().ok());
  CHECK((*core)->stats().events_written == 0);
  CHECK((*core)->stats().gaps == 0);
  for (int round = 0; round < 2; ++round) {
    REQUIRE((*core)->wait_for(writer::Demand::write, 1000).ok());
    CHECK((*core)->stats().events_written == 21);
    CHECK((*core)->stats().gaps == 1);
    CHECK((*core)->stats().gap_events == 3);
  }
  // After a batch with a GAP comes one without.
  REQUIRE(record_event(stream, token(21)) == Append::ok);
  REQUIRE((*core)->wait_for(writer::Demand::write, 1000).ok());
  CHECK((*core)->stats().events_written == 22);
  CHECK((*core)->stats().gaps == 1);
  CHECK((*core)->close(1000).lost == 0);
  const Stored stored = read_back(fs, "/store");
  const auto& events = stored.at("s").events;
  REQUIRE(events.size() == 23);
  CHECK(events.at(1).first == 1);
  CHECK(events.at(2).first == 4);
}
