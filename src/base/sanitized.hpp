// REEL_SANITIZED: 1 in a build that AddressSanitizer or ThreadSanitizer watches. They must see what
// is read and where memory comes from, so that a few short cuts are not taken then.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REEL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REEL_SANITIZED 1
#endif
#endif
#ifndef REEL_SANITIZED
#define REEL_SANITIZED 0
#endif
