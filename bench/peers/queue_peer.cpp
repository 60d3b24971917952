// moodycamel::ConcurrentQueue as its README says it is fastest: a ProducerToken, a ConsumerToken
// and bulk dequeues by one thread, which throws away what comes. One item of 64 bytes an event;
// texts of more than 40 bytes are cut.
#include <concurrentqueue.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "contest.hpp"

namespace reel::peers {
namespace {

struct Item {
  std::uint32_t stream, size;
  std::int64_t index;
  double ts_ms;
  char text[40];
};
static_assert(sizeof(Item) == 64);

class QueuePeer {
 public:
  explicit QueuePeer(const std::string&) : token_(queue_), consumer_([this] { consume(); }) {}
  ~QueuePeer() {
    done_ = true;
    consumer_.join();
  }
  QueuePeer(const QueuePeer&) = delete;
  QueuePeer& operator=(const QueuePeer&) = delete;

  void record(const Token& token) {
    Item item;
    item.stream = token.stream;
    item.size = static_cast<std::uint32_t>(std::min(token.text.size(), sizeof item.text));
    item.index = token.index;
    item.ts_ms = token.ts_ms;
    std::memcpy(item.text, token.text.data(), item.size);
    queue_.enqueue(token_, item);
    ++produced_;
  }
  void drain() {
    while (consumed_.load(std::memory_order_acquire) < produced_) std::this_thread::yield();
  }

 private:
  void consume() {
    moodycamel::ConsumerToken token(queue_);
    std::array<Item, 512> items;
    while (!done_.load(std::memory_order_relaxed)) {
      const std::size_t count = queue_.try_dequeue_bulk(token, items.data(), items.size());
      if (count == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
      consumed_.fetch_add(count, std::memory_order_release);
    }
  }

  moodycamel::ConcurrentQueue<Item> queue_;
  moodycamel::ProducerToken token_;
  std::uint64_t produced_ = 0;
  std::atomic<std::uint64_t> consumed_{0};
  std::atomic<bool> done_{false};
  std::thread consumer_;  // last: it uses all above
};

}  // namespace

Contestant bare_queue() {
  return {"limit: ConcurrentQueue, a 64-byte item", "nothing", run_round<QueuePeer>, false};
}

}  // namespace reel::peers
