// The three standard descriptors, which a caller may have closed (`reel ... <&- >&-`).
//
// Left closed, their numbers would go to the next files opened, the store's own, and messages would
// be written into those.
#pragma once

namespace reel::tool {

// Opens /dev/null for each of 0, 1 and 2 that is closed: reading 0 and writing 1 fail as they would
// have failed, what goes to 2 is dropped. Call it before anything else is opened. False: it could
// not be done, and the process must not go on.
bool fill_std_fds() noexcept;

// Was stdin closed when fill_std_fds() was called?
bool stdin_was_closed() noexcept;

}  // namespace reel::tool
