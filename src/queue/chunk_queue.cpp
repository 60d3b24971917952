#include "queue/chunk_queue.hpp"

#include <concurrentqueue.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace reel::queue {
namespace {
using Handles = moodycamel::ConcurrentQueue<std::uint32_t>;
}

struct ChunkQueue::Queues {
  explicit Queues(std::uint32_t chunks_max) : full(chunks_max), free(chunks_max) {
    aside.reserve(chunks_max);  // a chunk is on its way to the writer once at most
  }
  Handles full;
  Handles free;
  moodycamel::ConsumerToken drain_token{full};
  std::mutex mutex;
  std::condition_variable given;
  std::atomic<std::uint32_t> waiting{0};
  // Full chunks for whose handles `full` had no memory.
  std::mutex aside_mutex;
  std::vector<std::uint32_t> aside;
  std::atomic<bool> any_aside{false};
};

struct ChunkQueue::Producer::Token {
  explicit Token(Handles& full) : value(full) {}
  moodycamel::ProducerToken value;
};

ChunkQueue::Producer::Producer(ChunkQueue& queue)
    : token_(std::make_unique<Token>(queue.queues_->full)) {}
ChunkQueue::Producer::~Producer() = default;

ChunkQueue::ChunkQueue(std::uint32_t chunks_max) : queues_(std::make_unique<Queues>(chunks_max)) {}
ChunkQueue::~ChunkQueue() = default;

void ChunkQueue::push(Producer& from, std::uint32_t chunk) noexcept {
  // A token that was made without memory is not valid.
  const auto& token = from.token_->value;
  if (token.valid() && queues_->full.enqueue(token, chunk)) return;
  const std::lock_guard lock(queues_->aside_mutex);
  queues_->aside.push_back(chunk);
  queues_->any_aside.store(true, std::memory_order_release);
}

std::size_t ChunkQueue::drain(std::span<std::uint32_t> handles) noexcept {
  std::size_t count =
      queues_->full.try_dequeue_bulk(queues_->drain_token, handles.data(), handles.size());
  if (!queues_->any_aside.load(std::memory_order_acquire)) return count;
  const std::lock_guard lock(queues_->aside_mutex);
  for (auto& aside = queues_->aside; count < handles.size() && !aside.empty(); aside.pop_back()) {
    handles[count++] = aside.back();
  }
  queues_->any_aside.store(!queues_->aside.empty(), std::memory_order_release);
  return count;
}

void ChunkQueue::give(std::uint32_t chunk) noexcept {
  (void)queues_->free.enqueue(chunk);
  if (queues_->waiting.load(std::memory_order_seq_cst) == 0) return;
  const std::lock_guard lock(queues_->mutex);
  queues_->given.notify_all();
}

bool ChunkQueue::take(std::uint32_t& chunk) noexcept { return queues_->free.try_dequeue(chunk); }

bool ChunkQueue::take_many(std::span<std::uint32_t> chunks) noexcept {
  const std::size_t taken = queues_->free.try_dequeue_bulk(chunks.data(), chunks.size());
  if (taken == chunks.size()) return true;
  for (std::size_t i = 0; i < taken; ++i) give(chunks[i]);
  return false;
}

void ChunkQueue::wait_given(std::uint32_t milliseconds) noexcept {
  std::unique_lock lock(queues_->mutex);
  queues_->waiting.fetch_add(1, std::memory_order_seq_cst);
  if (queues_->free.size_approx() == 0) {
    queues_->given.wait_for(lock, std::chrono::milliseconds(milliseconds));
  }
  queues_->waiting.fetch_sub(1, std::memory_order_seq_cst);
}

std::uint32_t ChunkQueue::free_count() const noexcept {
  return static_cast<std::uint32_t>(queues_->free.size_approx());
}

std::uint32_t ChunkQueue::full_count() const noexcept {
  return static_cast<std::uint32_t>(queues_->full.size_approx());
}

}  // namespace reel::queue
