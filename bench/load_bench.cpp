// How fast the reference load is made: it must not be what `reel bench write` measures.
#include <benchmark/benchmark.h>

#include "load/load_generator.hpp"

namespace reel::bench {
namespace {

void make_load(benchmark::State& state) {
  load::LoadOptions options;
  options.streams = 1'000'000'000;  // never ends here
  options.speedup = static_cast<double>(state.range(0));
  load::LoadGenerator generator = load::LoadGenerator::make(options).value();
  load::LoadEvent event;
  for (auto _ : state) {
    generator.next(event);
    benchmark::DoNotOptimize(event);
  }
  state.SetItemsProcessed(state.iterations());
}

// At 20 about 600 streams are open at a time, at 2000 about 60,000.
BENCHMARK(make_load)->ArgName("speedup")->Arg(20)->Arg(2000);

}  // namespace
}  // namespace reel::bench
