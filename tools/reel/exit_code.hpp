// What the process answers to its caller (docs/CLI.md, "Exit codes").
#pragma once

namespace reel::tool {

enum class ExitCode : int {
  fine = 0,
  found = 1,     // differences, damage, a missing stream, bad input lines
  usage = 2,     // the command line cannot be understood
  unusable = 3,  // I/O error, or a store that cannot be used
};

// The graver of two answers: unusable over usage over found over fine.
constexpr ExitCode worse(ExitCode a, ExitCode b) noexcept { return a > b ? a : b; }

}  // namespace reel::tool
