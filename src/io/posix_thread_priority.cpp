#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/thread_priority.hpp"

namespace reel::io {

// On Linux a nice value is a thread's own.
void lower_thread_priority() noexcept {
  constexpr int kLowest = 19;
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, thread, kLowest);
}

}  // namespace reel::io
