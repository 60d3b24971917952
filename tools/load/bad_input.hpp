// Why a load cannot be made: an option, or a file that it names.
#pragma once

#include <string>
#include <utility>

#include "reel/status.hpp"

namespace reel::load {

// `file` is empty when the fault is no file's.
inline Error bad_input(std::string file, std::string message) {
  return Error{ErrorCode::invalid_argument, 0, std::move(file), 0, std::move(message)};
}

}  // namespace reel::load
