// How the io room words its errors: "cannot <do what>: <what to do about it>", the file and errno
// in their own fields.
#pragma once

#include <string>
#include <string_view>

#include "reel/status.hpp"

namespace reel::io {

// `action` completes "cannot ...", e.g. "create this file". ENOENT becomes not_found, everything
// else io.
Error system_error(int sys_errno, const std::string& file, std::string_view action);

// The caller asked for what cannot be done with this file.
Error usage_error(ErrorCode code, const std::string& file, std::string_view message);

}  // namespace reel::io
