// The file that `tail --cursor-file` keeps its place in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reel/status.hpp"

namespace reel::tool {

// The cursor in the file, without its newline; nullopt: there is no such file yet.
Result<std::optional<std::string>> read_cursor_file(const std::string& path);
// Whole or not at all, whenever the process is killed; not synced.
Status write_cursor_file(const std::string& path, std::string_view cursor);

}  // namespace reel::tool
