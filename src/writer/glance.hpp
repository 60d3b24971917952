// What the writer needs of a frame's header, without decoding the rest.
#pragma once

#include <cstddef>
#include <cstdint>

#include "event/frame.hpp"

namespace reel::writer {

struct Glance {
  std::uint32_t text_bytes = 0, slot = 0, incarnation = 0;
  EventType type = EventType::opaque;
  std::uint64_t seq = 0;
  std::size_t size = 0;  // of the whole frame
};

inline std::uint32_t slot_of(const char* frame) noexcept {
  return base::load<std::uint32_t>(frame + 8);
}
inline EventType type_of(const char* frame) noexcept {
  return static_cast<EventType>(base::load<std::uint8_t>(frame + 4));
}

inline Glance glance(const char* frame) noexcept {
  Glance g;
  g.text_bytes = base::load<std::uint32_t>(frame);
  g.type = type_of(frame);
  g.slot = slot_of(frame);
  g.incarnation = base::load<std::uint32_t>(frame + 12);
  g.seq = base::load<std::uint64_t>(frame + 16);
  const auto flags = base::load<std::uint8_t>(frame + 5);
  std::size_t bytes = event::kFrameHeaderBytes + g.text_bytes;
  if ((flags & event::kWideNumber) != 0) bytes += sizeof(std::int64_t);
  if ((flags & event::kParts) != 0) {
    bytes += sizeof(std::uint32_t) + base::load<std::uint32_t>(frame + bytes);
  }
  g.size = event::frame_aligned(bytes);
  return g;
}

// How many seqs the frame's event takes (EventView::seqs).
inline std::uint64_t seqs_of(const char* frame, const Glance& glance) noexcept {
  if (glance.type != EventType::gap) return 1;
  const auto decoded = event::get_frame({frame, glance.size});
  return decoded ? decoded->event.seqs() : 0;
}

}  // namespace reel::writer
