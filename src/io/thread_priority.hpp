// The priority of the calling thread, for work that nobody waits for.
#pragma once

namespace reel::io {

// From here on the thread runs where others leave a processor idle. Where that cannot be had it
// goes on as it is.
void lower_thread_priority() noexcept;

// While it lives, a thread of lowered priority gets its turn like others: around locks that others
// wait for, and work that somebody waits for. One may be within another. Nothing for any other
// thread.
class PromptSection {
 public:
  PromptSection() noexcept;
  ~PromptSection();
  PromptSection(const PromptSection&) = delete;
  PromptSection& operator=(const PromptSection&) = delete;
};

}  // namespace reel::io
