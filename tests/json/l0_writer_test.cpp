// Envelopes as L0's Python package writes them.
#include <unistd.h>

#include "event/frame.hpp"
#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/parsing.hpp"
#include "support/process.hpp"
#include "support/random_event.hpp"
#include "support/same_members.hpp"

using namespace reel;
using namespace reel::test;

namespace {

// A whole file with these events, seqs from 0.
std::string file_of(const std::vector<Event>& events, const std::string& id = "s") {
  std::string text, parts;
  for (const Event& event : events) {
    text += text.empty() ? "[\n  " : ",\n  ";
    const EventView view = event::view_of(event, parts);
    const auto seq = static_cast<std::uint64_t>(&event - events.data());
    REQUIRE(json::append_l0_element(text, {id, seq, view}));
  }
  return text + "\n]";
}

// An event whose free-form JSON has only numbers that Python writes in the same way.
Event plain_event(RandomEvents& random) {
  Event event;
  event.ts_ms = random.ts();
  switch (random.below(3)) {
    case 0:
      event.body = Token{random.text(), random.integer(), random.coin() ? "reasoning" : "", {}};
      break;
    case 1:
      event.body = Start{R"({"a":[],"b":{},"c":[1,-7,1.5,1e-07,1e+16,[null,true,[false]]],)"
                         R"("\u0041\/\u00E9":"\uD83D\uDE00\b\f\n\r\t\"\\\u007F\u0000"})"};
      break;
    default:
      event.body = Opaque{"X" + random.text()};
      event.extra = R"("k":{"ts":0.5})";
  }
  return event;
}

// The first of a few usual places; "" when there is none.
std::string find_python() {
  for (const char* path : {"/usr/bin/python3", "/usr/local/bin/python3"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return {};
}

}  // namespace

TEST_CASE("an envelope is indented, in ASCII, with Python's floats", "[json]") {
  Event event = event_of(
      R"({"type":"START","ts":1e5,"options":{"n":[1.10,1E5,-0,1],"e":{},"l":[],"s":"é\/\u0041"}})");
  CHECK(file_of({event}) == R"([
  {
    "stream_id": "s",
    "seq": 0,
    "event": {
      "type": "START",
      "ts": 100000.0,
      "options": {
        "n": [
          1.10,
          1E5,
          -0,
          1
        ],
        "e": {},
        "l": [],
        "s": "\u00e9/A"
      }
    }
  }
])");
  std::string gap, parts;
  event.body = Gap{3, "import"};
  CHECK_FALSE(json::append_l0_element(gap, {"s", 0, event::view_of(event, parts)}));
  CHECK(gap.empty());
}

TEST_CASE("only the event's own ts is Python's", "[json]") {
  const std::string text =
      file_of({event_of(R"({"type":"X","ts":1,"about":{"ts":1.50},"tz":2.50})")});
  CHECK_THAT(text, says("\"ts\": 1.0,") && says("\"ts\": 1.50") && says("\"tz\": 2.50"));
}

TEST_CASE("every event survives L0's file", "[json]") {
  const std::uint64_t seed = GENERATE(41u, 42u, 43u);
  CAPTURE(seed);
  RandomEvents random(seed);
  json::Parser parser;
  for (int round = 0; round < 100; ++round) {
    std::vector<Event> events(1 + random.below(10));
    for (Event& event : events) event = random.event();
    const std::string text = file_of(events, "s" + random.text());
    INFO(text);
    const auto again = parser.parse_array(text);
    INFO(again.status().to_string());
    REQUIRE(again.ok());
    REQUIRE(again->size() == events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      std::string parts, written, read;
      json::append_event(written, event::view_of(events[i], parts));
      json::append_event(read, event::view_of((*again)[i].event, parts));
      check_same_members(Ordered::parse(written), Ordered::parse(read));
      CHECK((*again)[i].event.ts_ms == events[i].ts_ms);
    }
  }
}

TEST_CASE("Python's json.dumps writes the same bytes", "[json]") {
  const std::string python = find_python();
  if (python.empty()) {
    WARN("skipped: there is no python3");
    return;
  }
  RandomEvents random(51);
  std::vector<Event> events(500);
  for (Event& event : events) event = plain_event(random);
  const std::string text = file_of(events, "id \xC3\xA9\x7F");
  const Finished dumped =
      run({python, "-c",
           "import json,sys; "
           "sys.stdout.write(json.dumps(json.loads(sys.stdin.buffer.read()),indent=2))"},
          text);
  CAPTURE(dumped.err);
  REQUIRE(dumped.code == 0);
  CHECK(dumped.out.size() == text.size());
  CHECK((dumped.out == text));
}
