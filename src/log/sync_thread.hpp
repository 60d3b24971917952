// SyncThread: the thread that waits for the disk, so that the writer's does not have to.
// start, running and wait from one thread at a time; the destructor waits for what is running.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "writer/sync_runner.hpp"

namespace reel::log {

class SyncThread final : public writer::SyncRunner {
 public:
  // `over` is called on the thread after each piece of work.
  explicit SyncThread(std::function<void()> over);
  ~SyncThread() override;

  void start(std::function<void()> work) override;
  bool running() override;
  void wait() override;

 private:
  void run();

  const std::function<void()> over_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::function<void()> work_;  // empty: nothing is running
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace reel::log
