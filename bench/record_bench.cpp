// What recording a token costs its caller, beside what nobody can go below: reading the clock and
// storing 32 bytes. The writer thread works at its own pace meanwhile; each round records no more
// than the arena holds and waits for it, untimed, so that no call ever meets a full arena.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "bench_log.hpp"
#include "token_rounds.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kManyStreams = 10'000;
constexpr std::size_t kPlainCalls = 1024;  // a batch that makes the reading of the counter vanish
constexpr std::string_view kFixedTokens[] = {"Hello", " wor", "ld,", " how",
                                             " are",  " you", "?",   "\n"};

void bare_clock(benchmark::State& state) {
  run(
      state, [] { benchmark::DoNotOptimize(ticks()); }, [] {});
}

void bare_store(benchmark::State& state) {
  constexpr std::size_t kSize = 64 << 10, kFrame = 32;
  std::vector<char> memory(kSize);
  std::atomic<std::size_t> committed{0};
  std::size_t at = 0;
  run(
      state,
      [&] {
        const std::uint64_t frame[kFrame / 8] = {at, at, at, at};
        std::memcpy(memory.data() + at, frame, kFrame);
        at = (at + kFrame) % kSize;
        committed.store(at, std::memory_order_release);
        benchmark::DoNotOptimize(memory.data());
      },
      [] {});
}

// Eight tokens in turn, as in a loop that anyone would write to try.
void record_token_plain(benchmark::State& state) {
  BenchLog log;
  Recorder recorder = log->recorder("plain").value();
  std::int64_t index = 0;
  std::uint64_t refused = 0;
  run<kPlainCalls>(
      state,
      [&] {
        refused += recorder.record_token(kFixedTokens[index % 8], index) != Append::ok;
        ++index;
      },
      [&] { flush(state, *log); });
  count_refusals(state, *log, refused);
}

enum Stamp : std::int64_t { kTsc, kSystem, kCallers };

void record_token_hot(benchmark::State& state) {
  LogOptions options;
  options.clock = state.range(0) == kSystem ? ClockKind::system : ClockKind::tsc;
  BenchLog log(options);
  Recorder recorder = log->recorder("hot").value();
  VariedTokens tokens;
  std::int64_t index = 0;
  std::uint64_t refused = 0;
  const auto settle = [&] { flush(state, *log); };
  if (state.range(0) == kCallers) {
    double ts_ms = 1.7e12;
    run(
        state,
        [&] {
          refused += recorder.record_token(tokens.next(), index++, ts_ms) != Append::ok;
          ts_ms += 25.0;
        },
        settle);
  } else {
    run(
        state, [&] { refused += recorder.record_token(tokens.next(), index++) != Append::ok; },
        settle);
  }
  count_refusals(state, *log, refused);
}

// Every call touches another stream's state, out of the cache by the time it comes round again.
void record_token_many_streams(benchmark::State& state) {
  BenchLog log;
  std::vector<Recorder> recorders;
  for (std::size_t i = 0; i < kManyStreams; ++i) {
    recorders.push_back(log->recorder("stream-" + std::to_string(i)).value());
  }
  VariedTokens tokens;
  std::size_t at = 0;
  std::int64_t index = 0;
  std::uint64_t refused = 0;
  run(
      state,
      [&] {
        refused += recorders[at].record_token(tokens.next(), index) != Append::ok;
        if (++at == kManyStreams) {
          at = 0;
          ++index;
        }
      },
      [&] { flush(state, *log); });
  count_refusals(state, *log, refused);
}

BENCHMARK(bare_clock)->UseManualTime();
BENCHMARK(bare_store)->UseManualTime();
BENCHMARK(record_token_plain)->UseManualTime();
BENCHMARK(record_token_hot)
    ->ArgName("stamp")
    ->Arg(kTsc)
    ->Arg(kSystem)
    ->Arg(kCallers)
    ->UseManualTime();
BENCHMARK(record_token_many_streams)->UseManualTime();

}  // namespace
}  // namespace reel::bench
