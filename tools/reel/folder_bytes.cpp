#include "folder_bytes.hpp"

#include <filesystem>

namespace reel::tool {

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; at != end;
       at.increment(error)) {
    if (error) break;
    if (at->is_regular_file(error)) bytes += at->file_size(error);
  }
  return bytes;
}

}  // namespace reel::tool
