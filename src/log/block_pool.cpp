#include "log/block_pool.hpp"

#include <utility>

namespace reel::log {

BlockPool::BlockPool(std::size_t threads, std::function<void()> over)
    : blocks_max_(2 * threads + 1), over_(std::move(over)) {
  try {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (...) {  // no more threads to be had
    end();
    throw;
  }
}

BlockPool::~BlockPool() { end(); }

void BlockPool::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    started_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

std::uint64_t BlockPool::start(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  works_.push_back({std::move(work), false});
  started_.notify_one();
  return first_ + works_.size() - 1;
}

bool BlockPool::over(std::uint64_t ticket) const {
  return ticket < first_ || works_[ticket - first_].over;
}

bool BlockPool::is_over(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  return over(ticket);
}

void BlockPool::wait(std::uint64_t ticket) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return over(ticket); });
}

void BlockPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    started_.wait(lock, [&] { return ending_ || next_ < first_ + works_.size(); });
    if (ending_) return;
    const std::uint64_t ticket = next_++;
    std::function<void()> work = std::move(works_[ticket - first_].work);
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    works_[ticket - first_].over = true;
    while (!works_.empty() && works_.front().over) {
      works_.pop_front();
      ++first_;
    }
    ended_.notify_all();
    lock.unlock();
    over_();
    lock.lock();
  }
}

}  // namespace reel::log
