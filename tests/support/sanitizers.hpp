// Which sanitizer the tests run under.
#pragma once

namespace reel::test {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif
#else
inline constexpr bool kThreadSanitizer = false;
#endif

}  // namespace reel::test

// For tests whose children start threads after a fork of a process that has some: ThreadSanitizer
// does not follow them.
#define REEL_SKIP_UNDER_TSAN()                                                  \
  do {                                                                          \
    if (reel::test::kThreadSanitizer) {                                         \
      WARN("skipped: ThreadSanitizer follows no threads into forked children"); \
      return;                                                                   \
    }                                                                           \
  } while (false)
