// A store with one stream to play, and a clock that jumps to whatever it is asked to wait for.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reel/replay.hpp"
#include "support/catch.hpp"
#include "support/plain_store.hpp"

namespace reel::test {

class FakeClock final : public ReplayClock {
 public:
  double now_ms() override { return now; }
  void wait_until(double deadline_ms) override {
    ++waits;
    if (std::isinf(deadline_ms)) {
      REQUIRE(while_paused);  // else it would wait for ever
      while_paused();
    } else {
      now = std::max(now, deadline_ms);
    }
  }
  void wake() override { ++wakes; }

  double now = 5000;
  int waits = 0, wakes = 0;
  std::function<void()> while_paused;
};

// Tokens "0", "1", ... of stream "s", stamped so.
inline void add_stamped_tokens(EventStore& store, const std::vector<double>& stamps) {
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    REQUIRE(store.append("s", Event{stamps[i], Token{std::to_string(i), index, {}, {}}, {}, {}}, {})
                .ok());
  }
}

// Stream "s" on a fake clock.
struct Playing {
  explicit Playing(const std::vector<double>& stamps) { add_stamped_tokens(*store, stamps); }

  Replay replay(ReplayOptions options = {}) {
    options.clock = clock;
    auto made = Replayer(store).replay("s", std::move(options));
    REQUIRE(made.ok());
    return *std::move(made);
  }
  // When each event was passed on, by the clock, from its first time on.
  std::vector<double> times(Replay& replay) {
    std::vector<double> passed;
    for (const EnvelopeView& envelope : replay) {
      (void)envelope;
      passed.push_back(clock->now - began);
    }
    return passed;
  }

  std::shared_ptr<PlainStore> store = std::make_shared<PlainStore>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  double began = clock->now;
};

inline std::vector<std::uint64_t> seqs_of(Replay& replay) {
  std::vector<std::uint64_t> seqs;
  for (const EnvelopeView& envelope : replay) seqs.push_back(envelope.seq);
  return seqs;
}

}  // namespace reel::test
