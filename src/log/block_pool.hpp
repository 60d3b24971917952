// BlockPool: threads that compress blocks, so that the writer's goes on draining meanwhile. Blocks
// end in any order; who handed them over asks for them in theirs.
// start, is_over and wait from one thread at a time. The destructor waits for what is running, and
// drops what is not.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "segment/block_runner.hpp"

namespace reel::log {

class BlockPool final : public segment::BlockRunner {
 public:
  // `over` is called on the thread after each piece of work.
  BlockPool(std::size_t threads, std::function<void()> over);
  ~BlockPool() override;

  std::uint64_t start(std::function<void()> work) override;
  bool is_over(std::uint64_t ticket) override;
  void wait(std::uint64_t ticket) override;
  std::size_t blocks_max() const override { return blocks_max_; }

 private:
  void run();
  void end();
  bool over(std::uint64_t ticket) const;  // with the lock held

  struct Work {
    std::function<void()> work;
    bool over = false;
  };
  const std::size_t blocks_max_;
  const std::function<void()> over_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable started_, ended_;
  std::deque<Work> works_;   // with the tickets from first_ on
  std::uint64_t first_ = 0;  // all before are over
  std::uint64_t next_ = 0;   // to be taken up by a thread
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace reel::log
