#include "replay/transport.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace reel::detail {

using Kind = Transport::Turn::Kind;

void Transport::note_pressed() {
  pressed_.store(paused_ || stopped_ || seek_.has_value(), std::memory_order_release);
}

void Transport::pause() {
  {
    const std::lock_guard lock(mutex_);
    if (paused_) return;
    paused_ = true;
    steps_ = 0;
    position_ms_ = running_ ? clock_->now_ms() - origin_ms_ : 0;
    note_pressed();
  }
  clock_->wake();
}

void Transport::resume() {
  {
    const std::lock_guard lock(mutex_);
    if (!paused_) return;
    paused_ = false;
    origin_ms_ = clock_->now_ms() - position_ms_;
    note_pressed();
  }
  clock_->wake();
}

void Transport::step() {
  {
    const std::lock_guard lock(mutex_);
    if (!paused_) return;
    ++steps_;
  }
  clock_->wake();
}

void Transport::seek(std::uint64_t seq) {
  {
    const std::lock_guard lock(mutex_);
    seek_ = seq;
    note_pressed();
  }
  clock_->wake();
}

void Transport::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    note_pressed();
  }
  clock_->wake();
}

void Transport::begin() {
  const std::lock_guard lock(mutex_);
  stopped_ = false;
  running_ = false;
  position_ms_ = 0;
  note_pressed();
}

Transport::Turn Transport::turn(std::optional<double> due_ms) {
  if (due_ms && !timed_ && !pressed_.load(std::memory_order_acquire)) return {Kind::pass_on};
  const std::lock_guard lock(mutex_);
  if (stopped_) return {Kind::end};
  if (seek_) {
    running_ = false;
    position_ms_ = 0;
    const std::uint64_t seq = *std::exchange(seek_, std::nullopt);
    note_pressed();
    return {Kind::seek, 0, seq};
  }
  if (!due_ms) return {Kind::end};
  if (paused_) {
    if (steps_ == 0) return {Kind::wait, std::numeric_limits<double>::infinity()};
    --steps_;
    position_ms_ = std::max(position_ms_, *due_ms);
    running_ = true;
    return {Kind::pass_on};
  }
  return timed_ ? timed_turn(*due_ms) : Turn{Kind::pass_on};
}

Transport::Turn Transport::timed_turn(double due_ms) {
  const double now_ms = clock_->now_ms();
  if (!running_) {
    running_ = true;
    origin_ms_ = now_ms - due_ms;
  }
  const double deadline_ms = origin_ms_ + due_ms;
  return {deadline_ms <= now_ms ? Kind::pass_on : Kind::wait, deadline_ms};
}

}  // namespace reel::detail
