#include <algorithm>
#include <memory>
#include <utility>

#include "reel/replay.hpp"

namespace reel {
namespace {

using Then = std::function<void()>;

struct Driver : std::enable_shared_from_this<Driver> {
  Replay& replay;
  std::function<void(double, Then)> after;
  std::function<void(const EnvelopeView&)> each;
  std::function<void(const Status&)> done;

  Driver(Replay& replayed, std::function<void(double, Then)> call_after,
         std::function<void(const EnvelopeView&)> call_each,
         std::function<void(const Status&)> call_done)
      : replay(replayed),
        after(std::move(call_after)),
        each(std::move(call_each)),
        done(std::move(call_done)) {}

  void run() {
    for (int passed = 0; passed < kDriveEventsMax; ++passed) {
      const Replay::Poll poll = replay.poll();
      if (poll.ready == Replay::Ready::end) return done(replay.status());
      if (poll.ready == Replay::Ready::wait) return run_after(poll.wait_ms);
      each(replay.view());
    }
    run_after(0);
  }

  void run_after(double wait_ms) {
    after(std::min(wait_ms, kDriveWaitMsMax), [self = shared_from_this()] { self->run(); });
  }
};

}  // namespace

void drive(Replay& replay, std::function<void(double delay_ms, std::function<void()> then)> after,
           std::function<void(const EnvelopeView& envelope)> each,
           std::function<void(const Status& status)> done) {
  std::make_shared<Driver>(replay, std::move(after), std::move(each), std::move(done))->run();
}

}  // namespace reel
