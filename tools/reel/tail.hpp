// What `reel tail` was asked for, and doing it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "time_window.hpp"
#include "verbs.hpp"

namespace reel::tool {

struct TailArgs {
  static constexpr std::uint64_t kLinesMax = 1'000'000;
  static constexpr std::uint64_t kPollMsMax = 60'000;
  Common common;
  std::vector<std::string> streams;
  bool follow = false;
  std::uint64_t lines = 10;
  std::string cursor_file, after_cursor;
  bool show_cursor = false;
  bool stop_at_end = false;
  std::uint64_t poll_ms = 1;
  TimeWindow window;
};

ExitCode tail(const TailArgs& args);

}  // namespace reel::tool
