// The folder that `bench write` records into.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace reel::tool {

// A folder for one run, removed at its end unless the user named it.
class BenchFolder {
 public:
  explicit BenchFolder(const std::string& asked) : path_(asked) {
    if (!path_.empty()) return;
    std::error_code ignored;
    std::string name =
        (std::filesystem::temp_directory_path(ignored) / "reel-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = temporary_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  std::string temporary_;
};

}  // namespace reel::tool
