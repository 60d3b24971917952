#include "record/state_pool.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <new>

#include "record/producers.hpp"

namespace reel::record {
namespace {

constexpr std::size_t kStatesABlock = 64;

class StatePool {
 public:
  explicit StatePool(std::uint32_t forks) : forks_(forks) {}
  std::uint32_t forks() const noexcept { return forks_; }

  void* take() {
    const std::lock_guard lock(mutex_);
    if (free_ == nullptr) add_block();
    Free* const state = free_;
    free_ = state->next;
    return state;
  }
  void give(void* state) noexcept {
    const std::lock_guard lock(mutex_);
    free_ = new (state) Free{free_};
  }

 private:
  struct alignas(kStateBytes) Free {
    Free* next;
  };
  void add_block() {
    auto* const block = static_cast<Free*>(
        ::operator new(kStatesABlock * sizeof(Free), std::align_val_t{kStateBytes}));
    for (std::size_t i = kStatesABlock; i-- > 0;) free_ = new (block + i) Free{free_};
  }

  const std::uint32_t forks_;
  std::mutex mutex_;
  Free* free_ = nullptr;
};

// Never destroyed: states may outlive statics. A forked child begins a pool of its own, since
// another thread may have held the lock of its parent's.
StatePool& pool() {
  static std::atomic<StatePool*> current{nullptr};
  StatePool* known = current.load(std::memory_order_acquire);
  if (known != nullptr && known->forks() == forks_so_far()) return *known;
  auto fresh = std::make_unique<StatePool>(forks_so_far());
  if (current.compare_exchange_strong(known, fresh.get(), std::memory_order_acq_rel)) {
    known = fresh.release();
  }
  return *known;
}

}  // namespace

void* take_state() { return pool().take(); }

void give_state(void* state) noexcept try {
  pool().give(state);
} catch (...) {  // no memory for a child's first pool: this line is lost
}

}  // namespace reel::record
