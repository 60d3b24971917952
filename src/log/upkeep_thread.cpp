#include "log/upkeep_thread.hpp"

#include <utility>

#include "io/thread_priority.hpp"

namespace reel::log {
namespace {

// Between two looks, whoever pokes.
constexpr std::chrono::milliseconds kPauseMin(200);

}  // namespace

UpkeepThread::UpkeepThread(std::function<void(bool)> look, std::chrono::milliseconds interval,
                           bool lowered)
    : look_(std::move(look)), interval_(interval), lowered_(lowered) {}

UpkeepThread::~UpkeepThread() { stop(); }

void UpkeepThread::start() {
  const std::lock_guard lock(mutex_);
  if (!ending_ && !thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void UpkeepThread::run() {
  if (lowered_) io::lower_thread_priority();
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait_for(lock, interval_, [this] { return ending_ || poked_; });
    if (ending_) return;
    poked_ = false;
    const bool urgent = std::exchange(urgent_, false);
    lock.unlock();
    try {
      look_(urgent);
    } catch (...) {  // no memory: the next look may have some
    }
    lock.lock();
    changed_.wait_for(lock, kPauseMin, [this] { return ending_; });
  }
}

void UpkeepThread::poke(bool urgent) {
  const std::lock_guard lock(mutex_);
  poked_ = true;
  urgent_ = urgent_ || urgent;
  changed_.notify_all();
}

void UpkeepThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool UpkeepThread::rest(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return ending_; });
}

}  // namespace reel::log
