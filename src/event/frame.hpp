// Frame: one event as bytes in a chunk of the arena, made once on the caller's thread.
//
//   offset  bytes
//        0      4  text_bytes
//        4      1  type      EventType
//        5      1  flags     FrameFlag bits
//        6      2  zero
//        8      4  slot      of the stream in the arena's stream table
//       12      4  incarnation, its low 32 bits (guards against a reused slot)
//       16      8  seq
//       24      8  ts        microseconds as int64, or the bits of a double in ms (kTsDouble)
//       32      4  number    int32, when kNumber (see EventView::number)
//       36      -  text
//        -      4  parts_bytes, when kParts
//        -      -  parts     (id byte, varint length, bytes) each, ids ascending
//        -    0-3  zero, up to a multiple of 4
//
// With kWideNumber the number does not fit 32 bits: `number` is zero and 8 bytes of int64 stand
// between the text and parts_bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "reel/event.hpp"

namespace reel::event {

enum FrameFlag : std::uint8_t {
  kNumber = 1,
  kWideNumber = 2,
  kParts = 4,
  kTsDouble = 8,
};

inline constexpr std::size_t kFrameHeaderBytes = 36;
inline constexpr std::size_t kFrameAlign = 4;

constexpr std::size_t frame_aligned(std::size_t bytes) noexcept {
  return (bytes + kFrameAlign - 1) & ~(kFrameAlign - 1);
}

struct FrameHeader {
  std::uint32_t text_bytes = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint16_t zero = 0;
  std::uint32_t slot = 0;
  std::uint32_t incarnation = 0;
  std::uint64_t seq = 0;
  std::int64_t ts = 0;
  std::int32_t number = 0;

  double ts_ms() const noexcept {
    return (flags & kTsDouble) != 0 ? base::load<double>(&ts) : static_cast<double>(ts) / 1000.0;
  }
};

// What a frame consists of besides its header; all views borrow.
struct FrameParts {
  std::string_view text;
  std::string_view parts;
  std::optional<std::int64_t> number;
};

// Bytes of the whole frame.
std::size_t frame_bytes(const FrameParts& parts) noexcept;

// Writes the frame at `to` (frame_bytes() of room), completing `header` with lengths and flags.
void put_frame(char* to, const FrameHeader& header, const FrameParts& parts) noexcept;

// Puts the frame's 36 header bytes at `to`, with lengths, flags and number from `parts`.
void put_frame_header(char* to, FrameHeader header, const FrameParts& parts) noexcept;

constexpr bool is_wide_number(std::int64_t number) noexcept {
  return number < INT32_MIN || number > INT32_MAX;
}

// The bytes of a frame, piece by piece, for frames that do not lie in one piece of memory.
template <class Put>
void for_each_piece(const FrameHeader& header, const FrameParts& parts, Put put) {
  const auto raw = [&](const auto& value) {
    put(std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
  };
  char head[kFrameHeaderBytes];
  put_frame_header(head, header, parts);
  put(std::string_view(head, sizeof head));
  put(parts.text);
  std::size_t used = sizeof head + parts.text.size();
  if (parts.number && is_wide_number(*parts.number)) {
    raw(*parts.number);
    used += sizeof *parts.number;
  }
  if (!parts.parts.empty()) {
    raw(static_cast<std::uint32_t>(parts.parts.size()));
    put(parts.parts);
    used += sizeof(std::uint32_t) + parts.parts.size();
  }
  put(std::string_view("\0\0\0", frame_aligned(used) - used));
}

// Reads the frame at the front of `bytes`. nullopt when it does not fit or makes no sense (unknown
// flags, lengths beyond the bytes). `size` is the aligned size to step over.
struct DecodedFrame {
  FrameHeader header;
  EventView event;
  std::size_t size = 0;
};
std::optional<DecodedFrame> get_frame(std::string_view bytes) noexcept;

// Overwrites with zeros what a whole frame says: its lengths, type, stream and seq stay, so that
// what comes after it is still found. Whoever reads it meanwhile finds one of the two in each byte.
void clear_frame(char* frame) noexcept;

// The flat form of an Event. The parts are encoded into `parts_buffer`, which must outlive the
// view.
EventView view_of(const Event& event, std::string& parts_buffer);

// For building parts in ascending order of id.
void append_part(std::string& parts, Part id, std::string_view bytes);
void append_integer_part(std::string& parts, Part id, std::int64_t value);

// Do the bytes form a well-made list of parts (each id once, ascending, lengths exact)?
bool parts_well_formed(std::string_view parts) noexcept;

}  // namespace reel::event
