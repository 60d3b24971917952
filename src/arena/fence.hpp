// For who copies what another process may be changing, and for that one.
#pragma once

#include <atomic>

namespace reel::arena {

// Keeps the loads of a copy before the second look at its generation. (ThreadSanitizer does not
// know fences; the copy goes through a mapping of its own, which it does not see as shared.)
inline void loads_before_this() noexcept {
#if !defined(__SANITIZE_THREAD__)
  std::atomic_thread_fence(std::memory_order_acquire);
#endif
}

// Likewise of who changes it: keeps what was stored before from what is stored after this.
inline void stores_before_this() noexcept {
#if !defined(__SANITIZE_THREAD__)
  std::atomic_thread_fence(std::memory_order_release);
#endif
}

}  // namespace reel::arena
