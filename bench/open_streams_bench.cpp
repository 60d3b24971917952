// Many open streams: what opening one costs, a token on one after the other of them all, and
// closing; beside the hot path on one stream, and a chase through as much memory as the streams'
// states take. Also what an open stream takes of memory.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "arena/layout.hpp"
#include "batch_times.hpp"
#include "bench_log.hpp"
#include "record/lane.hpp"

namespace {
std::atomic<std::int64_t> heap_bytes{0};  // asked for and not given back, 16 bytes a piece more
constexpr std::int64_t kPieceBytes = 16;  // malloc's own
}  // namespace

// Counting operators: everything the library takes from the heap passes here.
void* operator new(std::size_t bytes) {
  auto* const piece = static_cast<std::size_t*>(std::malloc(bytes + 16));
  if (piece == nullptr) throw std::bad_alloc();
  *piece = bytes;
  heap_bytes.fetch_add(static_cast<std::int64_t>(bytes) + kPieceBytes, std::memory_order_relaxed);
  return piece + 2;
}
void operator delete(void* at) noexcept {
  if (at == nullptr) return;
  auto* const piece = static_cast<std::size_t*>(at) - 2;
  heap_bytes.fetch_sub(static_cast<std::int64_t>(*piece) + kPieceBytes, std::memory_order_relaxed);
  std::free(piece);
}
void operator delete(void* at, std::size_t) noexcept { operator delete(at); }
void* operator new(std::size_t bytes, std::align_val_t align) {
  const std::size_t whole =
      (bytes + static_cast<std::size_t>(align) - 1) & ~(static_cast<std::size_t>(align) - 1);
  void* const at = std::aligned_alloc(static_cast<std::size_t>(align), whole);
  if (at == nullptr) throw std::bad_alloc();
  heap_bytes.fetch_add(static_cast<std::int64_t>(whole) + kPieceBytes, std::memory_order_relaxed);
  return at;
}
void operator delete(void* at, std::size_t bytes, std::align_val_t align) noexcept {
  const std::size_t whole =
      (bytes + static_cast<std::size_t>(align) - 1) & ~(static_cast<std::size_t>(align) - 1);
  heap_bytes.fetch_sub(static_cast<std::int64_t>(whole) + kPieceBytes, std::memory_order_relaxed);
  std::free(at);
}

namespace reel::bench {
namespace {

constexpr std::size_t kTokensARound = 100'000;

LogOptions options_for(std::size_t streams) {
  LogOptions options;
  options.open_streams_max = static_cast<std::uint32_t>(streams + 16);
  options.segment_streams_max = static_cast<std::uint32_t>(2 * streams + 16);
  return options;
}

// As short as stream ids are, 20 bytes.
std::vector<std::string> names(std::size_t streams) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < streams; ++i) {
    std::string digits = std::to_string(i);
    list.push_back("request-" + std::string(12 - digits.size(), '0') + digits);
  }
  return list;
}

std::vector<Recorder> open_all(Log& log, const std::vector<std::string>& ids) {
  std::vector<Recorder> recorders;
  recorders.reserve(ids.size());
  for (const std::string& id : ids) recorders.push_back(log.recorder(id).value());
  return recorders;
}

void create(benchmark::State& state) {
  const auto ids = names(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    BenchLog log(options_for(ids.size()));
    std::vector<Recorder> recorders;
    recorders.reserve(ids.size());
    // Beside other lanes, with streams of their own, each name is looked for there first.
    std::vector<Log> others;
    std::vector<Recorder> theirs;
    for (std::int64_t i = 0; i < state.range(1); ++i) {
      others.push_back(Log::open(log->path()).value());
      for (int k = 0; k < 1000; ++k) theirs.push_back(others.back().recorder("").value());
    }
    const double from = now_ns();
    for (const std::string& id : ids) recorders.push_back(log->recorder(id).value());
    const double took = now_ns() - from;
    state.SetIterationTime(took * 1e-9);
    state.counters["ns_each"] = took / static_cast<double>(ids.size());
  }
}

void close(benchmark::State& state) {
  const auto ids = names(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    BenchLog log(options_for(ids.size()));
    auto recorders = open_all(*log, ids);
    for (Recorder& recorder : recorders) (void)recorder.record_token("tok", 0);
    (void)log->flush();
    const double from = now_ns();
    for (Recorder& recorder : recorders) recorder.close();
    const double took = now_ns() - from;
    state.SetIterationTime(took * 1e-9);
    state.counters["ns_each"] = took / static_cast<double>(ids.size());
  }
}

// One token on each stream, in an order that no prefetcher knows, batch by batch.
void round_robin(benchmark::State& state) {
  const auto ids = names(static_cast<std::size_t>(state.range(0)));
  BenchLog log(options_for(ids.size()));
  auto recorders = open_all(*log, ids);
  std::vector<std::uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(1);
  if (state.range(1) != 0) std::shuffle(order.begin(), order.end(), random);
  std::size_t at = 0;
  std::int64_t index = 0;
  BatchTimes times;
  for (auto _ : state) {
    const double from = now_ns();
    for (std::size_t i = 0; i < kTokensARound / kBatchCalls; ++i) {
      times.batch([&] {
        benchmark::DoNotOptimize(recorders[order[at]].record_token(" tok", index, 1000.25));
        if (++at == order.size()) {
          at = 0;
          ++index;
        }
      });
    }
    state.SetIterationTime((now_ns() - from) * 1e-9);
    (void)log->flush();
  }
  times.report(state);
}

// Dependent loads from a table of so many lines of 64 bytes, in random order.
void chase(benchmark::State& state) {
  struct alignas(64) Line {
    Line* next;
  };
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<Line> lines(count);
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(1);
  std::shuffle(order.begin(), order.end(), random);
  for (std::size_t i = 0; i < count; ++i) lines[order[i]].next = &lines[order[(i + 1) % count]];
  Line* line = lines.data();
  BatchTimes times;
  for (auto _ : state) {
    const double from = now_ns();
    for (std::size_t i = 0; i < kTokensARound / kBatchCalls; ++i) {
      times.batch([&] { benchmark::DoNotOptimize(line = line->next); });
    }
    state.SetIterationTime((now_ns() - from) * 1e-9);
  }
  times.report(state);
}

// Of the process, large pages and the arena's included.
std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// What a stream that is open, and has a token in the segment, takes: of the heap, its slot, and of
// memory in all.
void memory(benchmark::State& state) {
  const auto ids = names(static_cast<std::size_t>(state.range(0)));
  const auto count = static_cast<double>(ids.size());
  for (auto _ : state) {
    const double from = now_ns();
    const std::int64_t none = heap_bytes;
    LogOptions options = options_for(ids.size());
    BenchLog log(options);
    std::vector<Recorder> recorders;
    recorders.reserve(ids.size());
    const std::int64_t before = heap_bytes, resident = resident_bytes();
    for (const std::string& id : ids) recorders.push_back(log->recorder(id).value());
    const std::int64_t opened = heap_bytes, resident_opened = resident_bytes();
    // In small batches, so that what a batch takes is not counted.
    for (std::size_t i = 0; i < recorders.size(); ++i) {
      (void)recorders[i].record_token("tok", 0);
      if (i % 1000 == 999) (void)log->flush();
    }
    const std::int64_t written = resident_bytes();
    state.counters["slot"] = sizeof(arena::StreamSlot);
    state.counters["state"] = sizeof(detail::RecorderState);  // from a pool that keeps them
    state.counters["log_by_max"] = static_cast<double>(before - none) / count;
    state.counters["recorder"] = static_cast<double>(opened - before) / count;
    state.counters["segment"] = static_cast<double>(written - resident_opened) / count;
    state.counters["resident"] = static_cast<double>(written - resident) / count;
    state.SetIterationTime((now_ns() - from) * 1e-9);
  }
}

constexpr std::int64_t kMany = 100'000;
BENCHMARK(create)
    ->Name("open_streams/create")
    ->Args({kMany, 0})
    ->Args({kMany / 10, 1})
    ->Args({kMany / 10, 8})
    ->Iterations(3)
    ->UseManualTime();
BENCHMARK(close)->Name("open_streams/close")->Arg(kMany)->Iterations(3)->UseManualTime();
BENCHMARK(round_robin)
    ->Name("open_streams/token")
    ->Args({1, 0})
    ->Args({kMany, 0})
    ->Args({kMany, 1})
    ->Iterations(20)
    ->UseManualTime();
BENCHMARK(chase)->Name("open_streams/dependent_load")->Arg(kMany)->Iterations(20)->UseManualTime();
BENCHMARK(memory)->Name("open_streams/bytes")->Arg(kMany)->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace reel::bench
