// A piece of the load held in memory, for benchmarks that must not pay for making it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "load/load_generator.hpp"

namespace reel::load {

struct LoadSlice {
  std::vector<LoadEvent> events;  // views into what follows
  std::deque<std::string> strings;
  std::shared_ptr<const Texts> texts;
};

// The next `count` events, fewer at the end. The slice does not need the source any more.
LoadSlice take(LoadSource& source, std::size_t count);

}  // namespace reel::load
