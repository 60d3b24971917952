// Replays that never wait: polled, or driven by an event loop.
#include <deque>

#include "support/replays.hpp"

namespace reel {
namespace {

using test::Playing;
using Times = std::vector<double>;

constexpr std::initializer_list<double> kStamps = {1000, 1010, 1010, 1005, 1045.5};

TEST_CASE("polling never waits, and yields what iteration yields") {
  Playing playing(kStamps);
  Replay replay = playing.replay({.speed = 1});
  Times passed;
  Replay::Poll poll = replay.poll();
  for (; poll.ready != Replay::Ready::end; poll = replay.poll()) {
    if (poll.ready == Replay::Ready::event) {
      passed.push_back(playing.clock->now - playing.began);
      CHECK(replay.view().seq + 1 == passed.size());
    } else {
      CHECK(poll.wait_ms > 0);
      playing.clock->now += poll.wait_ms;
    }
  }
  CHECK(passed == Times{0, 10, 10, 10, 50.5});
  CHECK(playing.clock->waits == 0);
  CHECK(replay.state().content == "01234");
  replay.pause();
  replay.seek(0);
  CHECK(std::isinf(replay.poll().wait_ms));
}

// An event loop: timers in order of their time, on the fake clock.
struct Loop {
  explicit Loop(test::FakeClock& of) : clock(of) {}
  std::function<void(double, std::function<void()>)> after() {
    return [this](double delay_ms, std::function<void()> then) {
      longest_ms = std::max(longest_ms, delay_ms);
      ++count;
      timers.emplace_back(clock.now + delay_ms, std::move(then));
    };
  }
  void run() {
    while (!timers.empty()) {
      const auto [time, then] = std::move(timers.front());
      timers.pop_front();
      clock.now = std::max(clock.now, time);
      then();
    }
  }
  test::FakeClock& clock;
  std::deque<std::pair<double, std::function<void()>>> timers;  // one replay has one at a time
  double longest_ms = 0;
  int count = 0;
};

TEST_CASE("driven by an event loop a replay passes on what iteration would, when it would") {
  Playing playing(kStamps);
  Replay replay = playing.replay({.speed = 1});
  Loop loop(*playing.clock);
  Times passed;
  int done = 0;
  const auto each = [&](const EnvelopeView& envelope) {
    passed.push_back(playing.clock->now - playing.began);
    CHECK(envelope.seq + 1 == passed.size());
  };
  drive(replay, loop.after(), each, [&](const Status& status) {
    CHECK(status.ok());
    ++done;
  });
  CHECK(passed == Times{0});
  loop.run();
  CHECK(passed == Times{0, 10, 10, 10, 50.5});
  CHECK(done == 1);
  CHECK(loop.longest_ms == kDriveWaitMsMax);
  CHECK(playing.clock->waits == 0);
}

TEST_CASE("a drive lets the loop breathe, and notices the buttons") {
  Playing playing(Times(1000, 1.0));
  Replay replay = playing.replay();
  Loop loop(*playing.clock);
  int events = 0, done = 0;
  drive(
      replay, loop.after(), [&](const EnvelopeView&) { ++events; }, [&](const Status&) { ++done; });
  CHECK(events == kDriveEventsMax);
  replay.pause();
  for (int turns = 0; turns < 5; ++turns) {
    const auto then = std::move(loop.timers.front().second);
    loop.timers.pop_front();
    then();
  }
  CHECK(events == kDriveEventsMax);
  replay.stop();
  loop.run();
  CHECK(events == kDriveEventsMax);
  CHECK(done == 1);
}

}  // namespace
}  // namespace reel
