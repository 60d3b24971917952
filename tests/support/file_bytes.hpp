// Whole files in and out, for tests that look at bytes or damage them.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace reel::test {

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace reel::test
