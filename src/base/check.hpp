// REEL_CHECK(condition): an invariant that only a bug in reel can break.
//
// A debug build (no NDEBUG) prints it and aborts. A release build never ends the host: it tells the
// handler and goes on with `false`, so that the caller can leave with ErrorCode::internal:
//
//   if (!REEL_CHECK(written <= recorded)) return Error{ErrorCode::internal, ...};
//
// Not for input or system errors: those are values (Status). Any thread.
#pragma once

namespace reel::base {

struct CheckFailure {
  const char* condition;  // as written
  const char* file;
  int line;
};
using CheckHandler = void (*)(const CheckFailure&);

// Replaces what a release build does first (default: one line on stderr); null restores the
// default. Returns the handler it replaces, null for the default. Thread-safe. The handler must not
// throw.
CheckHandler set_check_handler(CheckHandler handler) noexcept;

// Tells the handler, then answers false; aborts instead when asked to.
bool check_failed(const CheckFailure& failure, bool abort_now) noexcept;

inline bool check(bool holds, const char* condition, const char* file, int line) noexcept {
  if (holds) [[likely]] {
    return true;
  }
#ifndef NDEBUG
  constexpr bool kAbort = true;
#else
  constexpr bool kAbort = false;
#endif
  return check_failed({condition, file, line}, kAbort);
}

}  // namespace reel::base

#define REEL_CHECK(condition) \
  (::reel::base::check(static_cast<bool>(condition), #condition, __FILE__, __LINE__))
