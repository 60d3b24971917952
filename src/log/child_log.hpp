// ChildLog: what a forked child records into. Everything of its parent's Log stays the parent's
// (its thread is not here, its locks may be held for ever), so a child opens one of its own, in a
// lane of its own, at the first call that needs it. Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "reel/status.hpp"

namespace reel::detail {
class LogCore;
}

namespace reel::log {

class ChildLog {
 public:
  using Core = std::shared_ptr<detail::LogCore>;

  // Opens it with `open` where there is none yet; one thread does, the others wait.
  Result<detail::LogCore*> get(const std::function<Result<Core>()>& open);
  // nullptr: there is none (yet).
  detail::LogCore* known() const noexcept { return core_.load(std::memory_order_acquire); }
  // Closes it, if it is this process's.
  void end() noexcept;

 private:
  bool begin() noexcept;

  std::atomic<detail::LogCore*> core_{nullptr};
  Core owner_;
  // The process that opens it, by how often it was forked; 0: none. Not a mutex: another thread may
  // hold that at the moment of a fork, and is not there in the child to let it go.
  std::atomic<std::uint32_t> opening_{0};
};

}  // namespace reel::log
