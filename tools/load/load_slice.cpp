#include "load/load_slice.hpp"

#include <unordered_map>

namespace reel::load {

LoadSlice take(LoadSource& source, std::size_t count) {
  LoadSlice slice;
  slice.texts = source.texts();
  slice.events.reserve(count);
  std::unordered_map<std::uint32_t, std::string_view> ids;
  const auto keep = [&](std::string_view bytes) -> std::string_view {
    return bytes.empty() ? bytes : slice.strings.emplace_back(bytes);
  };
  LoadEvent event;
  while (slice.events.size() < count && source.next(event)) {
    std::string_view& id = ids[event.stream];
    if (id.empty()) id = keep(event.stream_id);
    event.stream_id = id;
    event.event.parts = keep(event.event.parts);
    slice.events.push_back(event);
  }
  return slice;
}

}  // namespace reel::load
