#include <fstream>
#include <string>

#include "event/frame.hpp"
#include "reel/json.hpp"
#include "support/catch.hpp"
#include "support/data.hpp"
#include "support/random_event.hpp"
#include "support/same_members.hpp"

using namespace reel;
using reel::test::check_same_members;
using reel::test::Ordered;

namespace {

std::string line_of(const json::ParsedLine& line) {
  std::string parts, out;
  const EventView view = event::view_of(line.event, parts);
  REQUIRE(json::append_envelope(out, {*line.stream_id, *line.seq, view},
                                line.name_space.value_or("l0")));
  return out;
}

// Envelopes of all events of a vector, whatever its kind.
std::vector<Ordered> envelopes_of(const Ordered& vector) {
  std::vector<Ordered> envelopes;
  for (const char* name : {"events", "events_b"}) {
    if (!vector.contains(name)) continue;
    for (const auto& envelope : vector[name]) envelopes.push_back(envelope);
  }
  return envelopes;
}

}  // namespace

TEST_CASE("every event survives its line", "[json]") {
  const std::uint64_t seed = GENERATE(11u, 12u, 13u);
  INFO("seed " << seed);
  test::RandomEvents random(seed);
  json::Parser parser;
  for (int i = 0; i < 3000; ++i) {
    const Event event = random.event();
    const std::string id = random.text() + "s";
    std::string parts, parts_again, line;
    const EventView view = event::view_of(event, parts);
    REQUIRE(json::append_envelope(line, {id, static_cast<std::uint64_t>(i), view}, "ns"));
    INFO(line);
    const auto parsed = parser.parse_line(line);
    INFO(parsed.status().to_string());
    REQUIRE(parsed.ok());
    CHECK(parsed->stream_id == id);
    CHECK(parsed->seq == static_cast<std::uint64_t>(i));
    CHECK(parsed->name_space == "ns");
    REQUIRE(same_event(event::view_of(parsed->event, parts_again), view));
    check_same_members(Ordered::parse(line), Ordered::parse(line_of(*parsed)));
  }
}

TEST_CASE("every envelope of the vectors survives by value", "[json][shared]") {
  const auto dir = test::shared_dir();
  if (dir.empty()) {
    WARN("skipped: no shared folder (set REEL_SHARED)");
    return;
  }
  json::Parser parser;
  std::size_t seen = 0;
  for (const char* name : {"streams.jsonl", "rules.jsonl", "compare.jsonl"}) {
    std::ifstream file(dir / "vectors" / name);
    REQUIRE(file);
    for (std::string text; std::getline(file, text);) {
      for (const Ordered& envelope : envelopes_of(Ordered::parse(text))) {
        const std::string line = envelope.dump();
        INFO(line);
        const auto parsed = parser.parse_line(line);
        INFO(parsed.status().to_string());
        REQUIRE(parsed.ok());
        check_same_members(envelope, Ordered::parse(line_of(*parsed)));
        // L0's own form: indented, all non-ASCII escaped.
        const auto array = parser.parse_array(Ordered::array({envelope}).dump(2, ' ', true));
        REQUIRE(array.ok());
        check_same_members(envelope, Ordered::parse(line_of(array->front())));
        ++seen;
      }
    }
  }
  CHECK(seen > 300);
}

TEST_CASE("a mutated line parses or is refused with a sentence", "[json]") {
  const std::uint64_t seed = GENERATE(21u, 22u);
  INFO("seed " << seed);
  test::RandomEvents random(seed);
  json::Parser parser;
  int parsed_count = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string parts, line;
    const Event event = random.event();
    json::append_envelope(line, {"id", 1, event::view_of(event, parts)});
    for (std::uint64_t hits = 1 + random.below(3); hits > 0 && !line.empty(); --hits) {
      const std::size_t at = random.below(line.size());
      switch (random.below(4)) {
        case 0:
          line[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          line.erase(at, 1 + random.below(4));
          break;
        case 2:
          line.insert(at, 1, "{}[]\",:\\0eE-"[random.below(12)]);
          break;
        default:
          line.resize(at);
      }
    }
    const auto parsed = parser.parse_line(line);
    if (parsed.ok()) {
      ++parsed_count;
      // What was taken in can be written and read again.
      if (!parsed->stream_id) continue;
      const std::string again = line_of(*parsed);
      INFO(line << "\n" << again);
      REQUIRE(parser.parse_line(again).ok());
      REQUIRE(Ordered::accept(again));
    } else {
      ++refused;
      REQUIRE(parsed.error().code == ErrorCode::invalid_argument);
      REQUIRE(parsed.error().message.size() > 10);
    }
  }
  CHECK(parsed_count > 100);
  CHECK(refused > 100);
}
