// The same on any file system.
#pragma once

#include "io/file_system.hpp"
#include "reel/control.hpp"

namespace reel::store {

Result<bool> delete_stream(io::FileSystem& fs, const std::string& path, std::string_view id,
                           std::string_view name_space);

}  // namespace reel::store
