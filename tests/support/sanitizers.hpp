// What tests cannot do under a sanitizer.
#pragma once

#include "base/sanitized.hpp"

// For tests whose children go on after a fork of a process that has threads. ThreadSanitizer does
// not follow threads that such a child starts; AddressSanitizer's heap may have been locked by
// another thread of the parent, and stays so in the child (g++ 12: a hang in every third run).
#define REEL_SKIP_UNDER_SANITIZERS()                                             \
  do {                                                                           \
    if (REEL_SANITIZED) {                                                        \
      WARN("skipped: sanitizers do not stand a fork of a process with threads"); \
      return;                                                                    \
    }                                                                            \
  } while (false)
