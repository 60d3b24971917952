// UpkeepThread: a thread that looks for something to do from time to time,
// and when it is told to. Without start() there is no thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace reel::log {

class UpkeepThread {
 public:
  // `look` is called on the thread, at once and then every `interval`. Nothing of it escapes.
  // `lowered`: it has the lowest priority; else that of the thread which starts it.
  UpkeepThread(std::function<void(bool urgent)> look, std::chrono::milliseconds interval,
               bool lowered);
  ~UpkeepThread();  // stops

  void start();            // unless it runs, or was stopped
  void poke(bool urgent);  // look soon
  // Ends it; what is under way is told by rest(). Any thread, but its own.
  void stop();
  // Of the thread itself, in the middle of its work. False: stop.
  bool rest(std::chrono::microseconds time);

 private:
  void run();

  const std::function<void(bool)> look_;
  const std::chrono::milliseconds interval_;
  const bool lowered_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool poked_ = true, urgent_ = false, ending_ = false;
  std::thread thread_;
};

}  // namespace reel::log
