#include "event/gap.hpp"

namespace reel::event {

void append_gap_parts(std::string& parts, std::string_view cause, std::uint64_t count) {
  append_part(parts, Part::cause, cause);
  append_integer_part(parts, Part::count, static_cast<std::int64_t>(count));
}

EventView gap_view(std::string_view cause, std::uint64_t count, std::string& parts_buffer) {
  parts_buffer.clear();
  append_gap_parts(parts_buffer, cause, count);
  EventView view;
  view.type = EventType::gap;
  view.parts = parts_buffer;
  return view;
}

std::string gap_frame(FrameHeader header, std::string_view cause, std::uint64_t count) {
  std::string buffer;
  const EventView view = gap_view(cause, count, buffer);
  header.type = static_cast<std::uint8_t>(view.type);
  const FrameParts parts{{}, view.parts, {}};
  std::string frame(frame_bytes(parts), '\0');
  put_frame(frame.data(), header, parts);
  return frame;
}

}  // namespace reel::event
