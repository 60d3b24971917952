// What the C interface adds to recording a token: the same rounds through C++, through C call by
// call, and through C sixteen at once. With the Log's clock, whose reading hides much, and with a
// stamp of the caller's, beside which nothing hides.
#include <array>

#include "bench_log.hpp"
#include "reel/reel.h"
#include "token_rounds.hpp"

namespace reel::bench {
namespace {

constexpr std::uint32_t kDeadlineMs = 60'000;

// A Log and a Recorder of C, in a temporary folder; a failure is seen as refused tokens.
class CRecording {
 public:
  CRecording() {
    reel_log_open(folder_.path().c_str(), nullptr, &log_, nullptr);
    reel_recorder_open(log_, "c", 1, nullptr, &recorder_, nullptr);
  }
  CRecording(const CRecording&) = delete;
  CRecording& operator=(const CRecording&) = delete;
  ~CRecording() {
    reel_recorder_close(recorder_);
    reel_log_close(log_, kDeadlineMs, nullptr, nullptr);
  }
  reel_recorder* recorder() { return recorder_; }
  void settle(benchmark::State& state) {
    reel_error_info error;
    if (reel_log_flush(log_, kDeadlineMs, &error) != REEL_OK) state.SkipWithError(error.message);
  }

 private:
  test::TempDir folder_;
  reel_log* log_ = nullptr;
  reel_recorder* recorder_ = nullptr;
};

void token_by_cpp(benchmark::State& state) {
  const bool own_stamp = state.range(0) != 0;
  BenchLog log;
  Recorder recorder = log->recorder("cpp").value();
  VariedTokens tokens;
  std::int64_t index = 0;
  std::uint64_t refused = 0;
  const auto settle = [&] { flush(state, *log); };
  if (own_stamp) {
    run(
        state,
        [&] { refused += recorder.record_token(tokens.next(), index++, 1.7e12) != Append::ok; },
        settle);
  } else {
    run(
        state, [&] { refused += recorder.record_token(tokens.next(), index++) != Append::ok; },
        settle);
  }
  count_refusals(state, *log, refused);
}

void token_by_c(benchmark::State& state) {
  const bool own_stamp = state.range(0) != 0;
  CRecording c;
  reel_recorder* const to = c.recorder();
  VariedTokens tokens;
  std::int64_t index = 0;
  std::uint64_t refused = 0;
  const auto settle = [&] { c.settle(state); };
  if (own_stamp) {
    run(
        state,
        [&] {
          const std::string_view token = tokens.next();
          refused += reel_record_token_at(to, token.data(), token.size(), index++, 1.7e12) !=
                     REEL_APPEND_OK;
        },
        settle);
  } else {
    run(
        state,
        [&] {
          const std::string_view token = tokens.next();
          refused += reel_record_token(to, token.data(), token.size(), index++) != REEL_APPEND_OK;
        },
        settle);
  }
  state.counters["refused"] = static_cast<double>(refused);
}

// Sixteen tokens a call, gathering them included.
void tokens_by_c(benchmark::State& state) {
  CRecording c;
  VariedTokens tokens;
  std::array<const char*, kBatchCalls> texts{};
  std::array<std::size_t, kBatchCalls> sizes{};
  std::int64_t index = 0;
  std::size_t gathered = 0;
  std::uint64_t refused = 0;
  run(
      state,
      [&] {
        const std::string_view token = tokens.next();
        texts[gathered] = token.data();
        sizes[gathered] = token.size();
        if (++gathered < kBatchCalls) return;
        refused += reel_record_tokens(c.recorder(), texts.data(), sizes.data(), gathered, index,
                                      nullptr) != REEL_APPEND_OK;
        index += kBatchCalls;
        gathered = 0;
      },
      [&] { c.settle(state); });
  state.counters["refused"] = static_cast<double>(refused);
}

BENCHMARK(token_by_cpp)->ArgName("own_stamp")->Arg(0)->Arg(1)->UseManualTime();
BENCHMARK(token_by_c)->ArgName("own_stamp")->Arg(0)->Arg(1)->UseManualTime();
BENCHMARK(tokens_by_c)->UseManualTime();

}  // namespace
}  // namespace reel::bench
