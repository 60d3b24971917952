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

// A chunk that is counted as free is in the queue, but the queue may not find it while another
// thread is about to leave empty-handed.
constexpr int kDequeueTriesMax = 1000;
}  // namespace

struct ChunkQueue::Queues {
  explicit Queues(std::uint32_t chunks_max) : full(chunks_max), free(chunks_max) {
    aside.reserve(chunks_max);  // a chunk is on its way to the writer once at most
  }
  Handles full;
  Handles free;
  moodycamel::ConsumerToken drain_token{full};
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<std::uint32_t> waiting{0};
  std::atomic<std::uint64_t> given{0};
  std::atomic<std::uint32_t> available{0};  // in `free`, and claimed by nobody
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
  if (!queues_->free.enqueue(chunk)) return;
  queues_->available.fetch_add(1, std::memory_order_release);
  queues_->given.fetch_add(1, std::memory_order_seq_cst);
  if (queues_->waiting.load(std::memory_order_seq_cst) == 0) return;
  const std::lock_guard lock(queues_->mutex);
  queues_->changed.notify_all();
}

bool ChunkQueue::take_many(std::span<std::uint32_t> chunks, std::uint32_t keep) noexcept {
  const auto wanted = static_cast<std::uint32_t>(chunks.size());
  std::uint32_t free = queues_->available.load(std::memory_order_relaxed);
  do {
    if (free < keep || free - keep < wanted) return false;
  } while (!queues_->available.compare_exchange_weak(free, free - wanted, std::memory_order_acquire,
                                                     std::memory_order_relaxed));
  std::size_t taken = 0;
  for (int tries = 0; taken < wanted && tries < kDequeueTriesMax; ++tries) {
    taken += queues_->free.try_dequeue_bulk(chunks.data() + taken, wanted - taken);
  }
  if (taken == wanted) return true;
  queues_->available.fetch_add(wanted - static_cast<std::uint32_t>(taken),
                               std::memory_order_release);
  for (std::size_t i = 0; i < taken; ++i) give(chunks[i]);
  return false;
}

std::uint32_t ChunkQueue::free_count() const noexcept {
  return queues_->available.load(std::memory_order_relaxed);
}

std::uint64_t ChunkQueue::given() const noexcept {
  return queues_->given.load(std::memory_order_seq_cst);
}

void ChunkQueue::wait_given(std::uint64_t seen, std::uint32_t milliseconds) noexcept {
  std::unique_lock lock(queues_->mutex);
  queues_->waiting.fetch_add(1, std::memory_order_seq_cst);
  queues_->changed.wait_for(lock, std::chrono::milliseconds(milliseconds),
                            [&] { return given() != seen; });
  queues_->waiting.fetch_sub(1, std::memory_order_seq_cst);
}

std::uint32_t ChunkQueue::full_count() const noexcept {
  return static_cast<std::uint32_t>(queues_->full.size_approx());
}

}  // namespace reel::queue
