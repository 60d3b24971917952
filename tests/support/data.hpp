// Where the tests find real captures and vectors that are not part of the project.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/places.hpp"

namespace reel::test {

// $REEL_SHARED, or "../shared" beside the checkout. Empty when absent: skip with a message.
inline std::filesystem::path shared_dir() {
  const char* given = std::getenv("REEL_SHARED");
  std::filesystem::path dir = given != nullptr
                                  ? std::filesystem::path(given)
                                  : std::filesystem::path(kSourceDir) / ".." / "shared";
  std::error_code ignored;
  return std::filesystem::is_directory(dir, ignored) ? dir : std::filesystem::path();
}

}  // namespace reel::test
