// Export, shared by `reel export` and `reel cat --json`.
#pragma once

#include <string>
#include <vector>

#include "open_reader.hpp"
#include "reel/json.hpp"
#include "time_window.hpp"

namespace reel::tool {

// Interchange JSONL of what the window holds of the streams asked for (none: all), in seq order,
// GAPs omitted.
ExitCode export_events(const Common& common, const std::vector<std::string>& asked,
                       const TimeWindow& window);

}  // namespace reel::tool
