// The reference load from memory to a closed store: events/s with one producer, bytes per event.
#include <benchmark/benchmark.h>

#include <vector>

#include "batch_times.hpp"
#include "bench_log.hpp"
#include "load/load_slice.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kEndToEndEvents = 1'000'000;

Append record(Recorder& recorder, const EventView& event) {
  if (event.type == EventType::token) {
    return recorder.record_token(event.text, *event.number, event.ts_ms);
  }
  return recorder.record(to_event(event));
}

void end_to_end(benchmark::State& state) {
  load::LoadOptions options;
  options.events = kEndToEndEvents;
  options.speedup = 20;
  load::LoadGenerator generator = load::LoadGenerator::make(options).value();
  const load::LoadSlice slice = load::take(generator, kEndToEndEvents);
  std::uint64_t refused = 0, bytes = 0;
  for (auto _ : state) {
    BenchLog log;
    std::vector<Recorder> recorders(generator.streams());
    const double from = now_ns();
    for (const load::LoadEvent& e : slice.events) {
      if (e.opens) recorders[e.stream] = log->recorder(e.stream_id).value();
      refused += record(recorders[e.stream], e.event) != Append::ok;
      if (e.closes) recorders[e.stream].close();
    }
    refused += log->close().lost;
    state.SetIterationTime((now_ns() - from) * 1e-9);
    bytes = log->stats().compressed_bytes;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(slice.events.size()));
  state.counters["bytes/event"] =
      static_cast<double>(bytes) / static_cast<double>(slice.events.size());
  state.counters["refused"] = static_cast<double>(refused);
}

BENCHMARK(end_to_end)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace reel::bench
