// What a token costs through EventStore::append into a folder: from one thread, into one stream and
// into several in turn.
#include <string>
#include <vector>

#include "batch_times.hpp"
#include "reel/stores.hpp"
#include "support/temp_dir.hpp"

namespace reel::bench {
namespace {

constexpr std::size_t kRoundBatches = 20'000;  // 320,000 tokens

void append_tokens(benchmark::State& state, EventStore& store, BatchTimes<>& times) {
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < state.range(0); ++i) ids.push_back("chat-" + std::to_string(i));
  const Event token{1705619139921.994, Token{" world,", 7}, {}, {}};
  std::size_t n = 0, refused = 0;
  for (auto _ : state) {
    const double from = now_ns();
    for (std::size_t i = 0; i < kRoundBatches; ++i) {
      times.batch([&] { refused += store.append(ids[n++ % ids.size()], token).ok() ? 0 : 1; });
    }
    state.SetIterationTime((now_ns() - from) * 1e-9);
  }
  if (refused > 0) state.SkipWithError("the store refused events");
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
}

void file_append_token(benchmark::State& state) {
  const test::TempDir folder;
  BatchTimes times;
  FileStoreOptions options;
  options.base_path = folder.path();
  append_tokens(state, *file_store(options), times);
  times.report(state);
}

BENCHMARK(file_append_token)->ArgName("streams")->Arg(1)->Arg(100)->Arg(3200)->UseManualTime();

}  // namespace
}  // namespace reel::bench
