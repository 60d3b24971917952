// The one way out of the C interface: what goes wrong inside, thrown or answered, becomes a code.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#include "reel/reel.h"
#include "reel/status.hpp"

namespace reel::capi {

// Both fill `info`, which may be null, and answer its code. Neither throws.
int tell(reel_error_info* info, const Status& status) noexcept;
int tell_no_memory(reel_error_info* info) noexcept;

// The code of what `body`, a Status(), answers or throws. Texts of an absurd size are thrown too
// (length_error): there is no memory for them.
template <class Body>
int guarded(reel_error_info* info, Body&& body) noexcept {
  const auto thrown = [info](const char* words) {
    try {
      return tell(info, Error{ErrorCode::internal, 0, "", 0,
                              std::string("something failed that should not: ") + words});
    } catch (...) {
      return tell_no_memory(info);
    }
  };
  try {
    return tell(info, std::forward<Body>(body)());
  } catch (const std::bad_alloc&) {
    return tell_no_memory(info);
  } catch (const std::length_error&) {
    return tell_no_memory(info);
  } catch (const std::exception& exception) {
    return thrown(exception.what());
  } catch (...) {
    return thrown("what was thrown is no std::exception");
  }
}

// The caller's own function, which may be C++ and throw all the same: that ends here.
template <class Call>
void call_back(Call&& call) noexcept {
  try {
    std::forward<Call>(call)();
  } catch (...) {
  }
}

}  // namespace reel::capi
