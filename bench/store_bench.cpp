// What a token costs in a memory store: ns per append from one thread, and bytes of heap beside its
// text, everything included that the store allocates.
#include <malloc.h>

#include <string>
#include <vector>

#include "batch_times.hpp"
#include "reel/event_recorder.hpp"
#include "reel/stores.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kRoundBatches = 20'000;  // 320,000 tokens
constexpr std::string_view kTokens[] = {"Hello", " wor", "ld,", " how", " are", " you", "?", "\n"};

std::string stream_id(std::size_t number) { return "chat-" + std::to_string(number); }

// Of all the heap's blocks, their headers and rounding included.
double heap_bytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

// A round of tokens over `streams` streams in turn, into a new store each.
template <class Append>
void run(benchmark::State& state, std::size_t streams, Append append) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < streams; ++i) ids.push_back(stream_id(i));
  std::vector<Event> tokens;
  for (const std::string_view text : kTokens) {
    tokens.push_back({1705619139921.994, Token{std::string(text), 0}, {}, {}});
  }
  BatchTimes times;
  double beside = 0;
  for (auto _ : state) {
    const auto store = memory_store();
    std::size_t n = 0, text_bytes = 0;
    const double heap_before = heap_bytes();
    const double from = now_ns();
    for (std::size_t i = 0; i < kRoundBatches; ++i) {
      times.batch([&] {
        const Event& token = tokens[n % std::size(kTokens)];
        append(*store, ids[n % ids.size()], token);
        text_bytes += kTokens[n % std::size(kTokens)].size();
        ++n;
      });
    }
    state.SetIterationTime((now_ns() - from) * 1e-9);
    beside =
        (heap_bytes() - heap_before - static_cast<double>(text_bytes)) / static_cast<double>(n);
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kRoundBatches * kBatchCalls));
  state.counters["bytes_beside_text"] = beside;
  times.report(state);
}

// In 1 stream, in 100 and in 3,200 (100 tokens each), taking turns.
void memory_append_token(benchmark::State& state) {
  run(state, static_cast<std::size_t>(state.range(0)),
      [](EventStore& store, const std::string& id, const Event& token) {
        benchmark::DoNotOptimize(store.append(id, token, std::nullopt).ok());
      });
}

// The same through an EventRecorder: a stamp and an Event of its own on top.
void memory_recorder_token(benchmark::State& state) {
  BatchTimes times;
  for (auto _ : state) {
    EventRecorder recorder(memory_store(), "chat");
    std::int64_t index = 0;
    const double from = now_ns();
    for (std::size_t i = 0; i < kRoundBatches; ++i) {
      times.batch([&] {
        const std::string_view text = kTokens[static_cast<std::size_t>(index) % std::size(kTokens)];
        benchmark::DoNotOptimize(recorder.record_token(text, index++).ok());
      });
    }
    state.SetIterationTime((now_ns() - from) * 1e-9);
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kRoundBatches * kBatchCalls));
  times.report(state);
}

BENCHMARK(memory_append_token)->ArgName("streams")->Arg(1)->Arg(100)->Arg(3200)->UseManualTime();
BENCHMARK(memory_recorder_token)->UseManualTime();

}  // namespace
}  // namespace reel::bench
