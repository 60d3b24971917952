// Transport: the buttons of a replay (pause, resume, step, seek, stop), and its time. The buttons
// may be pressed from any thread; begin() and turn() belong to the one that iterates.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "reel/replay.hpp"

namespace reel::detail {

class Transport {
 public:
  Transport(std::shared_ptr<ReplayClock> clock, bool timed)
      : clock_(std::move(clock)), timed_(timed) {}

  void pause();
  void resume();
  void step();
  void seek(std::uint64_t seq);
  void stop();

  // A new iteration: nothing is stopped, and time begins with the event passed on next.
  void begin();

  // What to do next.
  struct Turn {
    enum class Kind : std::uint8_t { pass_on, wait, seek, end } kind = Kind::end;
    double deadline_ms = 0;     // wait: until then, by the clock
    std::uint64_t seek_to = 0;  // seek: taken, time begins anew
  };
  // `due_ms`: when the next event is due, after the first one; nullopt: there is none.
  Turn turn(std::optional<double> due_ms);

  ReplayClock& clock() noexcept { return *clock_; }

 private:
  Turn timed_turn(double due_ms);
  void note_pressed();

  const std::shared_ptr<ReplayClock> clock_;
  const bool timed_;
  std::mutex mutex_;  // guards what follows
  bool paused_ = false, stopped_ = false;
  std::uint64_t steps_ = 0;
  std::optional<std::uint64_t> seek_;
  bool running_ = false;    // an event was passed on since time began
  double origin_ms_ = 0;    // the clock's time at which time began, less all pauses
  double position_ms_ = 0;  // while paused: where time stands
  // Is anything of the above out of the ordinary? Spares an untimed replay the lock.
  std::atomic<bool> pressed_ = false;
};

}  // namespace reel::detail
