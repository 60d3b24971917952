// Looks for a text in all there is of a store: in names, in files as they are, and in what segments
// unpack to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "io/file_system.hpp"

namespace reel::test {

// How many files and folders below `path` have it, itself included; a segment may count twice.
std::size_t findings(io::FileSystem& fs, const std::string& path, std::string_view text);

}  // namespace reel::test
