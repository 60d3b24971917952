// What changing a chunk costs, once per 128 KiB of frames: the way of a handle from the recording
// thread to the writer and back, on one thread, without what it does to caches.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <span>

#include "queue/chunk_queue.hpp"

namespace reel::bench {
namespace {

constexpr std::uint32_t kChunks = 1024;  // 128 MiB of them, the default arena

void chunk_there_and_back(benchmark::State& state) {
  queue::ChunkQueue queue(kChunks);
  queue::ChunkQueue::Producer producer(queue);
  for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) queue.give(chunk);
  std::array<std::uint32_t, 1> handles{};
  std::uint64_t missing = 0;
  for (auto _ : state) {
    std::uint32_t chunk = 0;
    missing += !queue.take_many(std::span(&chunk, 1));
    queue.push(producer, chunk);
    missing += queue.drain(handles) != 1;
    queue.give(handles[0]);
  }
  if (missing > 0) state.SkipWithError("a chunk went missing");
}

// The writer's look into an empty queue, which it takes at every tick.
void drain_nothing(benchmark::State& state) {
  queue::ChunkQueue queue(kChunks);
  queue::ChunkQueue::Producer producer(queue);
  std::array<std::uint32_t, 64> handles{};
  for (auto _ : state) benchmark::DoNotOptimize(queue.drain(handles));
}

BENCHMARK(chunk_there_and_back);
BENCHMARK(drain_nothing);

}  // namespace
}  // namespace reel::bench
