#include "log/child_log.hpp"

#include <chrono>
#include <thread>

#include "log/log_core.hpp"

namespace reel::log {

// False: another thread of this process is at it.
bool ChildLog::begin() noexcept {
  const std::uint32_t self = record::forks_so_far();
  std::uint32_t before = opening_.load(std::memory_order_acquire);
  return before != self &&
         opening_.compare_exchange_strong(before, self, std::memory_order_acq_rel);
}

Result<detail::LogCore*> ChildLog::get(const std::function<Result<Core>()>& open) {
  while (known() == nullptr) {
    if (!begin()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    Status status;
    if (known() == nullptr) {
      auto opened = open();
      status = opened.status();
      if (opened) {
        owner_ = *std::move(opened);
        core_.store(owner_.get(), std::memory_order_release);
      }
    }
    opening_.store(0, std::memory_order_release);
    if (!status) return status;
  }
  return known();
}

void ChildLog::end() noexcept {
  if (owner_ == nullptr) return;
  owner_->end_child();
  if (owner_->forked()) {
    (void)new std::shared_ptr(std::move(owner_));  // a child's child's, that is: see Log::~Log
  } else {
    owner_.reset();
  }
}

}  // namespace reel::log
