// SyncRunner: who waits for the disk. The writer hands over what a sync has to do and goes on; a
// slow fdatasync is then no reason to stop draining. Without a thread (tests, a Log that its owner
// steps) the work is done at once.
#pragma once

#include <functional>

namespace reel::writer {

class SyncRunner {
 public:
  virtual ~SyncRunner() = default;
  // Does `work` once, sooner or later, on whatever thread. One at a time: not while one is running.
  virtual void start(std::function<void()> work) = 0;
  // What the work has stored may be read once this answers false.
  virtual bool running() = 0;
  virtual void wait() = 0;  // until nothing is running
};

class SyncAtOnce final : public SyncRunner {
 public:
  void start(std::function<void()> work) override { work(); }
  bool running() override { return false; }
  void wait() override {}
};

}  // namespace reel::writer
