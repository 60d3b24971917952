// The same on any file system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/file_system.hpp"
#include "reel/control.hpp"

namespace reel::store {

// Whoever holds the stream and may let go of it is waited for so long.
Result<bool> delete_stream(io::FileSystem& fs, const std::string& path, std::string_view id,
                           std::string_view name_space, std::uint32_t release_ms = 0);

}  // namespace reel::store
