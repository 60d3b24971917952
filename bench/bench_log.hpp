// A Log for benchmarks, in a temporary folder of its own that goes away with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "reel/log.hpp"

namespace reel::bench {

class BenchLog {
 public:
  explicit BenchLog(const LogOptions& options = {}) {
    std::string name = (std::filesystem::temp_directory_path() / "reel-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    log_.emplace(Log::open(path_, options).value());
  }
  BenchLog(const BenchLog&) = delete;
  BenchLog& operator=(const BenchLog&) = delete;
  ~BenchLog() {
    log_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Log& operator*() { return *log_; }
  Log* operator->() { return &*log_; }

 private:
  std::string path_;
  std::optional<Log> log_;
};

}  // namespace reel::bench
