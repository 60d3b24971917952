#include "demo/source.hpp"

#include <utility>

namespace reel::demo {

Result<Source> Source::make(const Settings& settings) {
  load::LoadOptions options;
  options.events = settings.events;
  options.seed = settings.seed;
  options.speedup = kSpeedup;
  auto generator = load::LoadGenerator::make(std::move(options));
  if (!generator) return generator.status();
  return Source(std::move(*generator));
}

bool Source::next(std::vector<Made>& batch, std::size_t count) {
  batch.clear();
  load::LoadEvent made;
  while (batch.size() < count && generator_.next(made))
    batch.push_back(
        {std::string(made.stream_id), made.stream, to_event(made.event), made.opens, made.closes});
  return !batch.empty();
}

}  // namespace reel::demo
