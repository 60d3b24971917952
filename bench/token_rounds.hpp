// Rounds of record calls: the tokens that they record and the clock around them.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batch_times.hpp"
#include "load/texts.hpp"
#include "reel/log.hpp"

namespace reel::bench {

// Tokens of up to 16 bytes stay below 16 MiB of arena.
inline constexpr std::size_t kRoundCalls = 307'200;

// The tokens of whole texts, one after the other, with the lengths of English under a BPE: so many
// that no branch predictor learns them by heart (it does with four thousand), and laid out so that
// they come from the cache, as a token does that was just received.
class VariedTokens {
 public:
  VariedTokens() {
    const auto texts = load::make_texts(1);
    for (std::size_t at = 0; at < texts->size(); ++at) {
      const auto text = texts->text(at);
      for (std::uint32_t i = 0; i < text.tokens; ++i) add(text.token(i));
    }
  }
  std::string_view next() noexcept {
    if (next_ == lengths_.size()) next_ = next_byte_ = 0;
    const std::string_view token(bytes_.data() + next_byte_, lengths_[next_++]);
    next_byte_ += token.size();
    return token;
  }

 private:
  void add(std::string_view token) {
    bytes_ += token;
    lengths_.push_back(static_cast<std::uint8_t>(token.size()));
  }
  std::string bytes_;
  std::vector<std::uint8_t> lengths_;
  std::size_t next_ = 0, next_byte_ = 0;
};

// Times rounds of batches of `call`; `settle` runs untimed after each round.
template <std::size_t kCalls = kBatchCalls, class Call, class Settle>
void run(benchmark::State& state, Call&& call, Settle&& settle) {
  static_assert(kRoundCalls % kCalls == 0);
  BatchTimes<kCalls> times;
  for (auto _ : state) {
    const double from = now_ns();
    for (std::size_t i = 0; i < kRoundCalls / kCalls; ++i) times.batch(call);
    state.SetIterationTime((now_ns() - from) * 1e-9);
    settle();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRoundCalls));
  times.report(state);
}

inline void flush(benchmark::State& state, Log& log) {
  if (const Status status = log.flush(); !status) state.SkipWithError(status.to_string().c_str());
}

inline void count_refusals(benchmark::State& state, const Log& log, std::uint64_t refused) {
  state.counters["refused"] =
      static_cast<double>(refused + log.stats().drops + log.stats().refusals);
}

}  // namespace reel::bench
