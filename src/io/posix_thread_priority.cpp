#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/thread_priority.hpp"

namespace reel::io {
namespace {

thread_local bool is_lowered = false;
thread_local int prompt_sections = 0;

void set_policy(int policy) noexcept {
  const sched_param none{};
  (void)::sched_setscheduler(0, policy, &none);
}

}  // namespace

// On Linux a nice value and a policy are a thread's own. The nice value is what is left of it
// within a PromptSection.
void lower_thread_priority() noexcept {
  constexpr int kLowest = 19;
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, thread, kLowest);
  set_policy(SCHED_IDLE);
  is_lowered = true;
}

PromptSection::PromptSection() noexcept {
  if (is_lowered && prompt_sections++ == 0) set_policy(SCHED_OTHER);
}

PromptSection::~PromptSection() {
  if (is_lowered && --prompt_sections == 0) set_policy(SCHED_IDLE);
}

}  // namespace reel::io
