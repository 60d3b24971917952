// The enums of C beside those of C++. Each is a switch without a default: an enumerator that is
// added there and not here does not compile.
#pragma once

#include "reel/event.hpp"
#include "reel/recorder.hpp"
#include "reel/reel.h"
#include "reel/status.hpp"

namespace reel::capi {

constexpr int code_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::ok:
      return REEL_OK;
    case ErrorCode::invalid_argument:
      return REEL_INVALID_ARGUMENT;
    case ErrorCode::not_found:
      return REEL_NOT_FOUND;
    case ErrorCode::busy:
      return REEL_BUSY;
    case ErrorCode::closed:
      return REEL_CLOSED;
    case ErrorCode::too_large:
      return REEL_TOO_LARGE;
    case ErrorCode::full:
      return REEL_FULL;
    case ErrorCode::io:
      return REEL_IO;
    case ErrorCode::damaged:
      return REEL_DAMAGED;
    case ErrorCode::not_a_store:
      return REEL_NOT_A_STORE;
    case ErrorCode::sequence:
      return REEL_SEQUENCE;
    case ErrorCode::contradiction:
      return REEL_CONTRADICTION;
    case ErrorCode::timeout:
      return REEL_TIMEOUT;
    case ErrorCode::internal:
      return REEL_INTERNAL;
    case ErrorCode::partial:
      return REEL_PARTIAL;
  }
  return REEL_INTERNAL;
}

constexpr int append_of(Append answer) noexcept {
  switch (answer) {
    case Append::ok:
      return REEL_APPEND_OK;
    case Append::dropped:
      return REEL_APPEND_DROPPED;
    case Append::full:
      return REEL_APPEND_FULL;
    case Append::too_large:
      return REEL_APPEND_TOO_LARGE;
    case Append::closed:
      return REEL_APPEND_CLOSED;
    case Append::busy:
      return REEL_APPEND_BUSY;
    case Append::held:
      return REEL_APPEND_HELD;
    case Append::forked:
      return REEL_APPEND_FORKED;
    case Append::invalid:
      return REEL_APPEND_INVALID;
  }
  return REEL_APPEND_INVALID;
}

constexpr int event_type_of(EventType type) noexcept {
  switch (type) {
    case EventType::start:
      return REEL_EVENT_START;
    case EventType::token:
      return REEL_EVENT_TOKEN;
    case EventType::checkpoint:
      return REEL_EVENT_CHECKPOINT;
    case EventType::guardrail:
      return REEL_EVENT_GUARDRAIL;
    case EventType::drift:
      return REEL_EVENT_DRIFT;
    case EventType::retry:
      return REEL_EVENT_RETRY;
    case EventType::fallback:
      return REEL_EVENT_FALLBACK;
    case EventType::continuation:
      return REEL_EVENT_CONTINUATION;
    case EventType::complete:
      return REEL_EVENT_COMPLETE;
    case EventType::error:
      return REEL_EVENT_ERROR;
    case EventType::opaque:
      return REEL_EVENT_OPAQUE;
    case EventType::gap:
      return REEL_EVENT_GAP;
  }
  return REEL_EVENT_OPAQUE;
}

// The numbers are the same too.
constexpr bool same_numbers() noexcept {
  for (int i = REEL_OK; i <= REEL_PARTIAL; ++i) {
    if (code_of(static_cast<ErrorCode>(i)) != i) return false;
  }
  for (int i = REEL_APPEND_OK; i <= REEL_APPEND_INVALID; ++i) {
    if (append_of(static_cast<Append>(i)) != i) return false;
  }
  for (int i = REEL_EVENT_START; i <= REEL_EVENT_GAP; ++i) {
    if (event_type_of(static_cast<EventType>(i)) != i) return false;
  }
  return true;
}
static_assert(same_numbers());

}  // namespace reel::capi
