// How fast a stream becomes a state again: one long stream in a sealed store on disk, tokens alone
// or with CHECKPOINTs of the full content: every 20 tokens, as real loads have, or every 2,000
// where 20 would be 100 GB to record.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "reel/log.hpp"
#include "reel/reader.hpp"
#include "reel/recorder.hpp"
#include "reel/replay.hpp"
#include "support/temp_dir.hpp"

namespace {

constexpr const char* kStream = "long";

void must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "replay_bench: %s\n", what);
  std::abort();
}

// A store with one stream of so many tokens, recorded, closed, and removed at the end.
class Store {
 public:
  Store(std::int64_t tokens, std::int64_t checkpoint_every) {
    record(tokens, checkpoint_every);
    auto opened = reel::Reader::open(path());
    must(opened.ok(), "the store cannot be read");
    reader_ = std::make_unique<reel::Reader>(*std::move(opened));
  }

  const reel::Reader& reader() const { return *reader_; }
  std::uint64_t events() const { return events_; }
  std::string path() const { return folder_.file("store"); }

 private:
  void record(std::int64_t tokens, std::int64_t checkpoint_every) {
    auto log = reel::Log::open(path());
    must(log.ok(), "the log cannot be opened");
    auto recorder = log->recorder(kStream);
    must(recorder.ok(), "no recorder");
    std::mt19937_64 random(7);
    std::string content;
    const auto taken = [&](auto answer) {
      must(answer == reel::Append::ok, "an event was refused");
      ++events_;
    };
    taken(recorder->record_start(R"({"model":"m"})"));
    for (std::int64_t i = 0; i < tokens; ++i) {
      std::string token = random() % 3 == 0 ? "" : " ";
      for (std::uint64_t n = 1 + random() % 7; n > 0; --n) {
        token.push_back("etaoinshrdlucmfwyp"[random() % 18]);
      }
      content += token;
      taken(recorder->record_token(token, i));
      if (checkpoint_every > 0 && (i + 1) % checkpoint_every == 0) {
        taken(recorder->record_checkpoint(content, i + 1));
      }
    }
    taken(recorder->record_complete(content, tokens));
    must(log->close().status.ok(), "the log cannot be closed");
  }

  reel::test::TempDir folder_;
  std::unique_ptr<reel::Reader> reader_;
  std::uint64_t events_ = 0;
};

// One store for each shape, made when it is first asked for.
const Store& store_of(const benchmark::State& state) {
  static std::map<std::pair<std::int64_t, std::int64_t>, std::unique_ptr<Store>> stores;
  auto& store = stores[{state.range(0), state.range(1)}];
  if (store == nullptr) store = std::make_unique<Store>(state.range(0), state.range(1));
  return *store;
}

void count_events(benchmark::State& state, std::uint64_t events) {
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
}

// The whole stream, with a Reader that has read it before.
void replay_to_state(benchmark::State& state) {
  const Store& store = store_of(state);
  for (auto _ : state) {
    auto folded = reel::replay_to_state(store.reader(), kStream);
    must(folded.ok() && folded->completed, "the fold failed");
    benchmark::DoNotOptimize(folded->content.data());
  }
  count_events(state, store.events());
}

// The same row by row, as any EventStore is folded.
void fold_rows(benchmark::State& state) {
  const Store& store = store_of(state);
  for (auto _ : state) {
    auto cursor = store.reader().cursor(kStream);
    reel::State folded;
    while (cursor->next()) fold(folded, cursor->view().event);
    must(folded.completed, "the fold failed");
  }
  count_events(state, store.events());
}

// The state after a seq chosen at random.
void state_at(benchmark::State& state) {
  const Store& store = store_of(state);
  std::mt19937_64 random(5);
  for (auto _ : state) {
    auto folded = reel::replay_to_state(store.reader(), kStream, reel::kDefaultNamespace, 0,
                                        random() % store.events());
    must(folded.ok(), "the fold failed");
    benchmark::DoNotOptimize(folded->content.data());
  }
}

// The state after the last seq, a COMPLETE with the whole content: the dearest.
void state_at_last(benchmark::State& state) {
  const Store& store = store_of(state);
  for (auto _ : state) {
    auto folded = reel::replay_to_state(store.reader(), kStream, reel::kDefaultNamespace, 0,
                                        store.events() - 1);
    must(folded.ok() && folded->completed, "the fold failed");
    benchmark::DoNotOptimize(folded->content.data());
  }
}

// With a Reader of its own: mapping, checksums and unpacking included.
void open_and_replay_to_state(benchmark::State& state) {
  const Store& store = store_of(state);
  for (auto _ : state) {
    auto reader = reel::Reader::open(store.path());
    auto folded = reel::replay_to_state(*reader, kStream);
    must(folded.ok() && folded->completed, "the fold failed");
  }
  count_events(state, store.events());
}

void shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"tokens", "checkpoint_every"});
  for (const auto& [tokens, every] : {std::pair(100000, 0), std::pair(100000, 20),
                                      std::pair(1000000, 0), std::pair(1000000, 2000)}) {
    bench->Args({tokens, every});
  }
  bench->Unit(benchmark::kMillisecond);
}

BENCHMARK(replay_to_state)->Apply(shapes);
BENCHMARK(fold_rows)->Apply(shapes);
BENCHMARK(state_at)->Apply(shapes);
BENCHMARK(state_at_last)->Apply(shapes);
BENCHMARK(open_and_replay_to_state)->Apply(shapes);

}  // namespace
