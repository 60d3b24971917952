// Calls into what others wrote: whatever it throws comes back as an error.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "reel/status.hpp"

namespace reel::store {

// What `call` answers, a Result or a Status; ErrorCode::internal with `who` and its words when it
// throws.
template <class Call>
auto guarded(const char* who, Call&& call) -> decltype(call()) {
  const auto thrown = [who](const char* words) {
    return Error{ErrorCode::internal, 0, "", 0, std::string(who) + " threw: " + words};
  };
  try {
    return std::forward<Call>(call)();
  } catch (const std::exception& exception) {
    return thrown(exception.what());
  } catch (...) {
    return thrown("something that is no std::exception");
  }
}

}  // namespace reel::store
