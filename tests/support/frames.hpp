// Events as frames, for tests that stand between a Recorder and a segment.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "event/frame.hpp"

namespace reel::test {

inline Event event_at(double ts_ms, EventBody body) {
  Event event;
  event.ts_ms = ts_ms;
  event.body = std::move(body);
  return event;
}
inline Event token_at(double ts_ms, std::string value, std::int64_t index) {
  return event_at(ts_ms, Token{std::move(value), index, {}, {}});
}

inline std::string frame_of(const Event& event, std::uint64_t seq) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(view.type);
  header.flags = event::kTsDouble;
  header.seq = seq;
  header.ts = base::load<std::int64_t>(&view.ts_ms);
  const event::FrameParts frame_parts{view.text, view.parts, view.number};
  std::string frame(event::frame_bytes(frame_parts), '\0');
  event::put_frame(frame.data(), header, frame_parts);
  return frame;
}

}  // namespace reel::test
