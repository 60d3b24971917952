// Crew: threads that work one at a time, when told: what they do is deterministic, and still each
// records through its own chunk.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace reel::test {

class Crew {
 public:
  explicit Crew(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) members_.push_back(std::make_unique<Member>());
  }
  std::size_t size() const noexcept { return members_.size(); }
  // Runs `work` on that thread and waits for it. It must not throw (no REQUIRE in there).
  void on(std::size_t member, const std::function<void()>& work) { members_[member]->run(work); }
  // That thread ends, and another takes its place.
  void replace(std::size_t member) { members_[member] = std::make_unique<Member>(); }

 private:
  class Member {
   public:
    Member() : thread_([this] { serve(); }) {}
    ~Member() {
      {
        const std::lock_guard lock(mutex_);
        over_ = true;
      }
      changed_.notify_all();
      thread_.join();
    }
    void run(const std::function<void()>& work) {
      std::unique_lock lock(mutex_);
      work_ = &work;
      changed_.notify_all();
      changed_.wait(lock, [&] { return work_ == nullptr; });
    }

   private:
    void serve() {
      std::unique_lock lock(mutex_);
      for (;;) {
        changed_.wait(lock, [&] { return work_ != nullptr || over_; });
        if (work_ == nullptr) return;
        (*work_)();
        work_ = nullptr;
        changed_.notify_all();
      }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    const std::function<void()>* work_ = nullptr;
    bool over_ = false;
    std::thread thread_;  // last: it uses the others
  };
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace reel::test
