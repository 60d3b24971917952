// One event as bytes and back, in memory that stays in the cache: frames alone, no clock, no arena.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "event/frame.hpp"
#include "load/load_slice.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kFrames = 10'000;

// Of the reference load, as far as a chunk takes them (a CHECKPOINT has its whole content).
const load::LoadSlice& frames() {
  static const load::LoadSlice* const kSlice = [] {
    load::LoadOptions options;
    options.events = kFrames;
    options.speedup = 20;
    load::LoadGenerator generator = load::LoadGenerator::make(options).value();
    return new load::LoadSlice(load::take(generator, kFrames));
  }();
  return *kSlice;
}

event::FrameParts parts_of(const EventView& event) {
  return {event.text, event.parts, event.number};
}

void set_rate(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}

void put_frames(benchmark::State& state) {
  std::size_t room = 0;
  for (const auto& event : frames().events) {
    room = std::max(room, event::frame_bytes(parts_of(event.event)));
  }
  std::vector<char> bytes(room);
  event::FrameHeader header;
  for (auto _ : state) {
    for (const auto& event : frames().events) {
      header.type = static_cast<std::uint8_t>(event.event.type);
      ++header.seq;
      event::put_frame(bytes.data(), header, parts_of(event.event));
      benchmark::DoNotOptimize(bytes.data());
    }
  }
  set_rate(state);
}

void get_frames(benchmark::State& state) {
  std::string bytes;
  for (const auto& event : frames().events) {
    const event::FrameParts parts = parts_of(event.event);
    const std::size_t at = bytes.size();
    bytes.resize(at + event::frame_bytes(parts));
    event::FrameHeader header;
    header.type = static_cast<std::uint8_t>(event.event.type);
    event::put_frame(bytes.data() + at, header, parts);
  }
  for (auto _ : state) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const auto frame = event::get_frame(rest);
      if (!frame) {
        state.SkipWithError("a frame cannot be read");
        return;
      }
      benchmark::DoNotOptimize(frame->event.text.data());
      rest.remove_prefix(frame->size);
    }
  }
  set_rate(state);
}

BENCHMARK(put_frames)->Unit(benchmark::kMicrosecond);
BENCHMARK(get_frames)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace reel::bench
