// The size of a folder.
#pragma once

#include <cstdint>
#include <string>

namespace reel::tool {

// Bytes of all regular files in `folder` and below; what cannot be read counts for nothing.
std::uint64_t bytes_in(const std::string& folder);

}  // namespace reel::tool
