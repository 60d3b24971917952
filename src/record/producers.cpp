#include "record/producers.hpp"

#include <pthread.h>

#include <algorithm>

#include "record/lane.hpp"

namespace reel::record {

constinit thread_local CurrentProducer current_producer __attribute__((tls_model("initial-exec")));

namespace {

std::atomic<std::uint32_t> fork_count{0};  // grows in every forked child

constinit thread_local bool thread_is_ending = false;

// After fork() only the calling thread exists in the child, and no writer: forget its chunk, so
// that the next record takes the slow path and answers Append::forked.
void after_fork_in_child() {
  fork_count.fetch_add(1, std::memory_order_relaxed);
  current_producer = {};
}

// All Producers of one thread; hands their chunks over when the thread ends.
struct ThreadProducers {
  struct Entry {
    std::uint64_t lane_id;
    std::weak_ptr<Lane> lane;
    Producer* producer;
  };
  std::vector<Entry> entries;

  ~ThreadProducers() {
    thread_is_ending = true;
    current_producer = {};
    for (Entry& entry : entries) {
      if (const auto lane = entry.lane.lock()) lane->retire(*entry.producer);
    }
  }
};

thread_local ThreadProducers thread_producers;

}  // namespace

std::uint32_t forks_so_far() {
  static const int registered = pthread_atfork(nullptr, nullptr, after_fork_in_child);
  (void)registered;
  return fork_count.load(std::memory_order_relaxed);
}

Producer* Producers::find(Lane& lane) noexcept try {
  if (thread_is_ending) return nullptr;
  auto& entries = thread_producers.entries;
  auto found = std::find_if(entries.begin(), entries.end(),
                            [&](const auto& entry) { return entry.lane_id == lane.id(); });
  if (found == entries.end()) {
    std::erase_if(entries, [](const auto& entry) { return entry.lane.expired(); });
    entries.reserve(entries.size() + 1);  // a Producer that is taken has its entry
    entries.push_back({lane.id(), lane.weak_from_this(), take()});
    found = entries.end() - 1;
  }
  current_producer = {lane.id(), found->producer};
  return found->producer;
} catch (...) {  // no memory for one more
  return nullptr;
}

Producer* Producers::take() {
  const std::lock_guard lock(mutex_);
  auto idle = std::find_if(all_.begin(), all_.end(),
                           [](const auto& producer) { return !producer->in_use; });
  if (idle == all_.end()) {
    all_.push_back(std::make_unique<Producer>(queue_));
    idle = all_.end() - 1;
    (*idle)->before = newest_.load(std::memory_order_relaxed);
    newest_.store(idle->get(), std::memory_order_release);
  }
  (*idle)->in_use = true;
  return idle->get();
}

void Producers::give_up(Producer& producer) noexcept {
  const std::lock_guard lock(mutex_);
  producer.in_use = false;
}

std::uint64_t Producers::recorded() const noexcept {
  std::uint64_t sum = 0;
  for (const Producer* producer = newest_.load(std::memory_order_acquire); producer != nullptr;
       producer = producer->before) {
    sum += producer->events.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace reel::record
