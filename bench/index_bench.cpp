// A store of a million short streams in some 30 segments: what opening it costs, what it costs to
// learn about one stream of them, and that another one is not there.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "batch_times.hpp"
#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "support/temp_dir.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kStreams = 1'000'000;
constexpr std::uint32_t kSegmentStreams = 32'768;
constexpr std::int64_t kTokens = 4;
constexpr std::size_t kLookUps = 20'000;

// Made once, for all benchmarks here. Every second stream has a START, which keeps its options.
class ManyStreams {
 public:
  ManyStreams() {
    LogOptions options;
    options.segment_streams_max = kSegmentStreams;
    Log log = Log::open(folder_.path(), options).value();
    ids_.reserve(kStreams);
    for (std::size_t i = 0; i < kStreams; ++i) record(log, ids_.emplace_back(generate_id()), i);
    if (!log.close().status) std::abort();
  }
  const std::string& path() const { return folder_.path(); }
  // One of those with a START, or of the others.
  const std::string& id(std::uint64_t random, bool started) const {
    return ids_[random % (kStreams / 2) * 2 + (started ? 0 : 1)];
  }

 private:
  static void record(Log& log, const std::string& id, std::size_t i) {
    Recorder recorder = log.recorder(id).value();
    if (i % 2 == 0) recorder.record_start(R"({"model":"gpt-4o","temperature":0.7,"seed":7})");
    for (std::int64_t token = 0; token < kTokens; ++token) recorder.record_token(" token", token);
    recorder.record_complete(" token token token token", kTokens);
  }

  test::TempDir folder_;
  std::vector<std::string> ids_;
};

const ManyStreams& many() {
  static const ManyStreams streams;
  return streams;
}

// Memory of this process that no file stands behind.
double anonymous_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "RssAnon:") continue;
    double kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

void open_store(benchmark::State& state) {
  const std::string& path = many().path();
  double kib = 0;
  for (auto _ : state) {
    const double before = anonymous_kib();
    const double from = now_ns();
    const Reader reader = Reader::open(path).value();
    state.SetIterationTime((now_ns() - from) * 1e-9);
    kib = std::max(kib, anonymous_kib() - before);
  }
  state.counters["anonymous_KiB"] = kib;
}

template <class Ask>
void look_up(benchmark::State& state, const Ask& ask) {
  const Reader reader = Reader::open(many().path()).value();
  std::mt19937_64 random(1);
  for (std::size_t i = 0; i < kLookUps; ++i) ask(reader, random());  // warm
  BatchTimes<1> times;
  for (auto _ : state) {
    const double from = now_ns();
    for (std::size_t i = 0; i < kLookUps; ++i) times.batch([&] { ask(reader, random()); });
    state.SetIterationTime((now_ns() - from) * 1e-9 / kLookUps);
  }
  times.report(state);
}

void metadata(benchmark::State& state) {
  const bool started = state.range(0) != 0;
  look_up(state, [&](const Reader& reader, std::uint64_t random) {
    const auto found = reader.metadata(many().id(random, started));
    if (!found || !*found || (*found)->token_count != kTokens) std::abort();
  });
}

void absent(benchmark::State& state) {
  look_up(state, [](const Reader& reader, std::uint64_t random) {
    std::string id = many().id(random, true);
    id.back() = 'x';  // no hex digit
    if (reader.exists(id)) std::abort();
  });
}

BENCHMARK(open_store)->Name("index/open")->Iterations(20)->UseManualTime();
BENCHMARK(metadata)
    ->Name("index/metadata")
    ->ArgName("start")
    ->Arg(0)
    ->Arg(1)
    ->Iterations(5)
    ->UseManualTime();
BENCHMARK(absent)->Name("index/absent")->Iterations(5)->UseManualTime();

}  // namespace
}  // namespace reel::bench
