#include "load/load_generator.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <unordered_map>

#include "support/catch.hpp"
#include "support/loads.hpp"
#include "support/temp_dir.hpp"

namespace reel::load {
namespace {

std::uint64_t hash_of(const LoadOptions& options) {
  LoadGenerator generator = made(options);
  std::uint64_t hash = 0;
  const auto mix = [&hash](std::uint64_t v) { hash = (hash ^ v) * 0x9E3779B97F4A7C15U; };
  LoadEvent e;
  while (generator.next(e)) {
    mix(e.stream);
    mix(std::hash<std::string_view>()(e.stream_id));
    mix(static_cast<std::uint64_t>(e.event.type));
    mix(std::hash<double>()(e.event.ts_ms));
    mix(static_cast<std::uint64_t>(e.event.number.value_or(-7)));
    mix(std::hash<std::string_view>()(e.event.text));
    mix(std::hash<std::string_view>()(e.event.parts));
  }
  return hash;
}

TEST_CASE("the same seed makes the same load, another seed another", "[load]") {
  CHECK(hash_of(built_in(50, 7)) == hash_of(built_in(50, 7)));
  CHECK(hash_of(built_in(50, 7)) != hash_of(built_in(50, 8)));
}

TEST_CASE("stamps are whole microseconds, or as Python makes them", "[load]") {
  LoadOptions options = built_in(20);
  std::array<double, 2> on_grid{};
  for (const bool l0 : {false, true}) {
    options.l0_stamps = l0;
    LoadGenerator generator = made(options);
    LoadEvent e;
    double hits = 0;
    while (generator.next(e)) {
      const double us = std::round(e.event.ts_ms * 1000);
      hits += us / 1000.0 == e.event.ts_ms ? 1 : 0;
    }
    on_grid[l0 ? 1 : 0] = hits / static_cast<double>(generator.events());
  }
  CHECK(on_grid[0] == 1);
  CHECK(on_grid[1] < 0.6);
}

TEST_CASE("options are JSON and differ from stream to stream", "[load]") {
  LoadGenerator generator = made(built_in(300));
  std::unordered_map<std::string, int> seen, ids;
  LoadEvent e;
  while (generator.next(e)) {
    if (!e.opens) continue;
    const auto options = e.event.part(Part::options);
    REQUIRE(options);
    CHECK(options->size() > 100);
    CHECK(options->size() < 200);
    CHECK(options->front() == '{');
    CHECK(++seen[std::string(*options)] == 1);
    CHECK(++ids[std::string(e.stream_id)] == 1);
  }
  CHECK(seen.size() == 300);
}

TEST_CASE("a limit of events cuts the load short", "[load]") {
  LoadOptions options = built_in(0);
  options.events = 12'345;
  LoadGenerator generator = made(options);
  LoadEvent e;
  std::uint64_t count = 0;
  while (generator.next(e)) ++count;
  CHECK(count == 12'345);
  CHECK_FALSE(generator.next(e));
}

TEST_CASE("a load that cannot be made says why", "[load]") {
  test::TempDir dir;
  LoadOptions options;
  CHECK(LoadGenerator::make(options).error().message.find("no end") != std::string::npos);
  options = built_in(1);
  options.speedup = 0;
  CHECK(!LoadGenerator::make(options).ok());
  options = built_in(1);
  options.texts = dir.file("*.jsonl");
  CHECK(LoadGenerator::make(options).error().message.find("--texts") != std::string::npos);
  std::ofstream(dir.file("a.jsonl"))
      << "{\"id\":\"x\",\"model\":\"m\",\"tokens\":[\"a\"]}\n{\"id\":1}\n";
  CHECK(LoadGenerator::make(options).error().message.find("line 2") != std::string::npos);
  options = built_in(1);
  options.trace = dir.file("none.csv");
  CHECK(LoadGenerator::make(options).error().file == options.trace);
  options.trace = dir.file("trace.csv");
  std::ofstream(options.trace) << "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                  "2023-11-16 18:15:46.6805900,374,44\r\n"
                                  "2023-11-16 18:15:xx,1,2\n";
  CHECK(LoadGenerator::make(options).error().message.find("line 3") != std::string::npos);
}

TEST_CASE("arrivals keep their distance divided by the speedup", "[load]") {
  test::TempDir dir;
  LoadOptions options;
  options.trace = dir.file("trace.csv");
  options.speedup = 10;
  std::ofstream(options.trace) << "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                  "2023-11-16 18:15:50.9951690,396,0\n"
                                  "2023-11-16 18:15:46.6805900,374,44\n";  // out of order
  LoadGenerator generator = made(options);
  LoadEvent e;
  std::vector<double> arrivals;
  while (generator.next(e)) {
    if (e.opens) arrivals.push_back(e.event.ts_ms);
  }
  REQUIRE(arrivals.size() == 2);
  CHECK(arrivals[0] == 1700158546680.590);
  CHECK(arrivals[1] == 1700158547112.048);  // 4.314579 s later, divided by 10
}

}  // namespace
}  // namespace reel::load
