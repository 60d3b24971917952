#include "log/sync_thread.hpp"

#include <utility>

namespace reel::log {

SyncThread::SyncThread(std::function<void()> over)
    : over_(std::move(over)), thread_([this] { run(); }) {}

SyncThread::~SyncThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void SyncThread::start(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  work_ = std::move(work);
  changed_.notify_all();
}

bool SyncThread::running() {
  const std::lock_guard lock(mutex_);
  return work_ != nullptr;
}

void SyncThread::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return work_ == nullptr; });
}

void SyncThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || work_ != nullptr; });
    if (work_ == nullptr) return;
    lock.unlock();
    work_();  // nobody replaces it while it is there
    lock.lock();
    work_ = nullptr;
    changed_.notify_all();
    lock.unlock();
    over_();
    lock.lock();
  }
}

}  // namespace reel::log
