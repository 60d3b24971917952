// When a replay passes its events on: its time and its buttons.
#include <atomic>
#include <thread>

#include "support/replays.hpp"

namespace reel {
namespace {

using test::Playing;
using test::seqs_of;
using Seqs = std::vector<std::uint64_t>;
using Times = std::vector<double>;

constexpr std::initializer_list<double> kStamps = {1000, 1010, 1010, 1005, 1045.5};

TEST_CASE("events are passed on when they are due, by the clock") {
  Playing playing(kStamps);
  Replay replay = playing.replay({.speed = 1});
  CHECK(playing.times(replay) == Times{0, 10, 10, 10, 50.5});
  playing.began = playing.clock->now;  // the first event of each iteration is not waited for
  CHECK(playing.times(replay) == Times{0, 10, 10, 10, 50.5});
}

TEST_CASE("speed 2 takes half the time, 0 and below none") {
  for (const double speed : {0.0, -1.0}) {
    Playing playing(kStamps);
    Replay replay = playing.replay({.speed = speed});
    CHECK(playing.times(replay) == Times{0, 0, 0, 0, 0});
    CHECK(playing.clock->waits == 0);
  }
  Playing playing(kStamps);
  Replay replay = playing.replay({.speed = 2});
  CHECK(playing.times(replay) == Times{0, 5, 5, 5, 25.25});
}

TEST_CASE("a slow consumer does not stretch the replay") {
  Playing playing({0, 10, 20, 30, 100});
  Replay replay = playing.replay({.speed = 1});
  Times passed;
  for (const EnvelopeView& envelope : replay) {
    passed.push_back(playing.clock->now - playing.began);
    if (envelope.seq == 1) playing.clock->now += 15;
  }
  CHECK(passed == Times{0, 10, 25, 30, 100});
}

TEST_CASE("a pause shifts what is due") {
  Playing playing({0, 10, 20, 30});
  Replay replay = playing.replay({.speed = 1});
  playing.clock->while_paused = [&] {
    playing.clock->now += 500;
    replay.resume();
  };
  Times passed;
  for (const EnvelopeView& envelope : replay) {
    passed.push_back(playing.clock->now - playing.began);
    if (envelope.seq != 1) continue;
    playing.clock->now += 4;
    replay.pause();
  }
  CHECK(passed == Times{0, 10, 520, 530});
}

TEST_CASE("a step lets one event through, and time goes on from there") {
  Playing playing({0, 10, 20, 30});
  Replay replay = playing.replay({.speed = 1});
  int idle = 0;
  playing.clock->while_paused = [&] {
    playing.clock->now += 100;
    ++idle <= 2 ? replay.step() : replay.resume();
  };
  replay.step();  // without a pause nothing
  replay.pause();
  CHECK(playing.times(replay) == Times{100, 200, 310, 320});
  CHECK(idle == 3);
}

TEST_CASE("seek goes both ways, the state is that of the range up to there") {
  Playing playing({0, 10, 20, 30, 40});
  Replay replay = playing.replay({.speed = 1, .from_seq = 1});
  Seqs seqs;
  Times passed;
  std::vector<std::string> contents;
  for (const EnvelopeView& envelope : replay) {
    seqs.push_back(envelope.seq);
    passed.push_back(playing.clock->now - playing.began);
    contents.push_back(replay.state().content);
    if (seqs.size() == 1) replay.seek(3);
    if (seqs.size() == 2) replay.seek(-7);
    if (seqs.size() == 4) replay.seek(2);
    if (seqs.size() == 5) replay.seek(99);
  }
  CHECK(seqs == Seqs{1, 3, 1, 2, 2});
  CHECK(passed == Times{0, 0, 0, 10, 10});  // time begins anew
  CHECK(contents == std::vector<std::string>{"1", "123", "1", "12", "12"});
  CHECK(replay.state().content == "1234");
}

TEST_CASE("seek while paused shows the state there and passes nothing on") {
  Playing playing({0, 10, 20});
  Replay replay = playing.replay();
  replay.pause();
  replay.seek(2);
  CHECK(replay.poll().ready == Replay::Ready::wait);
  CHECK(replay.state().content == "01");
  replay.step();
  REQUIRE(replay.poll().ready == Replay::Ready::event);
  CHECK(replay.view().seq == 2);
  CHECK(replay.poll().ready == Replay::Ready::end);
  replay.seek(0);  // goes on after the end
  CHECK(replay.poll().ready == Replay::Ready::wait);
  CHECK(replay.state() == State());
}

TEST_CASE("stop ends the iteration under way, and only that") {
  Playing playing({0, 10, 20});
  Replay replay = playing.replay();
  replay.stop();
  Seqs seqs;
  for (const EnvelopeView& envelope : replay) {
    seqs.push_back(envelope.seq);
    if (envelope.seq == 1) replay.stop();
  }
  CHECK(seqs == Seqs{0, 1});
  CHECK(replay.status().ok());
  CHECK(replay.poll().ready == Replay::Ready::end);
  CHECK(seqs_of(replay) == Seqs{0, 1, 2});
}

// Iterates in a thread of its own, with the system's clock.
struct Beside {
  explicit Beside(Replay& replay)
      : thread([this, &replay] {
          for (const EnvelopeView& envelope : replay) {
            (void)envelope;
            ++passed;
          }
        }) {}
  ~Beside() { thread.join(); }
  void wait_for(int events) const {
    while (passed < events) std::this_thread::yield();
  }
  std::atomic<int> passed = 0;
  std::thread thread;
};

Replay on_system_clock(const Playing& playing) {
  auto made = Replayer(playing.store).replay("s", {.speed = 1});
  REQUIRE(made.ok());
  return *std::move(made);
}

TEST_CASE("stop from another thread ends a long sleep") {
  const Playing playing({0, 1e9});
  Replay replay = on_system_clock(playing);
  {
    const Beside beside(replay);
    beside.wait_for(1);
    replay.stop();
  }
  CHECK(replay.state().content == "0");
}

TEST_CASE("pause, step, resume and seek from another thread reach who sleeps") {
  const Playing playing({0, 1e9, 2e9, 2e9});
  Replay replay = on_system_clock(playing);
  {
    const Beside beside(replay);
    beside.wait_for(1);
    replay.pause();
    replay.step();
    beside.wait_for(2);
    replay.seek(2);
    replay.resume();
  }
  CHECK(replay.state().content == "0123");
}

TEST_CASE("the system's clock waits as long as was recorded, and no less") {
  const Playing playing({0, 10, 20});
  Replay replay = on_system_clock(playing);
  const auto began = std::chrono::steady_clock::now();
  CHECK(seqs_of(replay) == Seqs{0, 1, 2});
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace reel
