// Interchange lines in and out, over the mix of events that streams are made of.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "load/load_slice.hpp"
#include "reel/json.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kEvents = 100'000;

const load::LoadSlice& slice() {
  static const load::LoadSlice* const kSlice = [] {
    load::LoadOptions options;
    options.events = kEvents;
    options.speedup = 20;
    load::LoadGenerator generator = load::LoadGenerator::make(options).value();
    return new load::LoadSlice(load::take(generator, kEvents));
  }();
  return *kSlice;
}

EnvelopeView envelope_of(const load::LoadEvent& event, std::uint64_t seq) {
  return {event.stream_id, seq, event.event};
}

void set_rates(benchmark::State& state, std::size_t events, std::size_t bytes) {
  const auto rounds = static_cast<std::size_t>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(rounds * events));
  state.SetBytesProcessed(static_cast<std::int64_t>(rounds * bytes));
}

void write_lines(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    std::uint64_t seq = 0;
    for (const load::LoadEvent& event : slice().events) {
      json::append_envelope(out, envelope_of(event, seq++));
      out += '\n';
    }
    benchmark::DoNotOptimize(out.data());
  }
  set_rates(state, slice().events.size(), out.size());
}

void parse_lines(benchmark::State& state) {
  std::vector<std::string> lines;
  std::size_t bytes = 0;
  for (const load::LoadEvent& event : slice().events) {
    json::append_envelope(lines.emplace_back(), envelope_of(event, lines.size()));
    bytes += lines.back().size();
  }
  json::Parser parser;
  for (auto _ : state) {
    for (const std::string& line : lines) {
      auto parsed = parser.parse_line(line);
      if (!parsed) {
        state.SkipWithError(parsed.error().to_string().c_str());
        return;
      }
      benchmark::DoNotOptimize(parsed);
    }
  }
  set_rates(state, lines.size(), bytes);
}

BENCHMARK(write_lines)->Unit(benchmark::kMillisecond);
BENCHMARK(parse_lines)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace reel::bench
