// The priority of the calling thread, for work that nobody waits for.
#pragma once

namespace reel::io {

// The lowest that is still a share: a thread that holds a lock for a moment must not be kept from
// giving it back. Where that cannot be had the thread goes on as it is.
void lower_thread_priority() noexcept;

}  // namespace reel::io
