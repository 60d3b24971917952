// --since and --until: since <= stamp < until.
#pragma once

#include <CLI/CLI.hpp>
#include <limits>
#include <memory>

#include "reel/event.hpp"

namespace reel::tool {

struct TimeWindow {
  double since_ms = -std::numeric_limits<double>::infinity();
  double until_ms = std::numeric_limits<double>::infinity();

  bool holds(double ts_ms) const noexcept { return ts_ms >= since_ms && ts_ms < until_ms; }
  bool holds_all() const noexcept {
    return since_ms == -std::numeric_limits<double>::infinity() &&
           until_ms == std::numeric_limits<double>::infinity();
  }
};

// The two options, given as times (time_text.hpp); ages count from now. An empty window is wrong
// usage. `window` must live until the command line is parsed.
void add_window(CLI::App& verb, TimeWindow& window);

// Of one stream's events in their order. A GAP has no stamp: it goes with the event before it.
class WindowFilter {
 public:
  explicit WindowFilter(const TimeWindow& window) : window_(window), inside_(window.holds_all()) {}
  bool holds(const EventView& event) noexcept {
    if (event.type != EventType::gap) inside_ = window_.holds(event.ts_ms);
    return inside_;
  }

 private:
  const TimeWindow& window_;
  bool inside_;
};

}  // namespace reel::tool
