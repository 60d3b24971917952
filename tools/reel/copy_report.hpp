// What recover, merge and filter say of what they copied.
#pragma once

#include <string>
#include <vector>

#include "exit_code.hpp"
#include "reel/copying.hpp"
#include "verbs.hpp"

namespace reel::tool {

// Copies, with progress, and prints the report. Damage, missing seqs and conflicts make it `found`.
ExitCode copy_and_report(const Common& common, const std::vector<std::string>& inputs,
                         const std::string& out, CopyOptions options);

}  // namespace reel::tool
