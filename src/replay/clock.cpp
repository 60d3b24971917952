#include "replay/clock.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace reel::detail {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

class SteadyClock final : public ReplayClock {
 public:
  double now_ms() override {
    return Milliseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

  void wait_until(double deadline_ms) override {
    constexpr double kWaitMsMax = 3.6e6;  // far deadlines do not fit into a time_point
    std::unique_lock lock(mutex_);
    while (!woken_) {
      const double left_ms = deadline_ms - now_ms();
      if (!(left_ms > 0)) return;
      changed_.wait_for(lock, Milliseconds(std::min(left_ms, kWaitMsMax)));
    }
    woken_ = false;
  }

  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

}  // namespace

std::shared_ptr<ReplayClock> steady_clock() { return std::make_shared<SteadyClock>(); }

}  // namespace reel::detail
