#include "merge/row_buffer.hpp"

#include <algorithm>
#include <bit>

#include "event/frame.hpp"

namespace reel::merge {

// Frames stay where they are: rows point to them.
char* RowBuffer::room(std::size_t bytes) {
  while (piece_ < pieces_.size() && pieces_[piece_].size - used_ < bytes) {
    ++piece_;
    used_ = 0;
  }
  if (piece_ == pieces_.size()) {
    const std::size_t size = std::max(bytes, kPieceBytes);
    pieces_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    used_ = 0;
  }
  char* const at = pieces_[piece_].memory.get() + used_;
  used_ += bytes;
  bytes_ += bytes;
  return at;
}

void RowBuffer::add(std::uint32_t stream, const EnvelopeView& view) {
  const event::FrameParts parts{view.event.text, view.event.parts, view.event.number};
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(view.event.type);
  header.seq = view.seq;
  header.flags = event::kTsDouble;  // the encoder finds out what it can be told as
  header.ts = std::bit_cast<std::int64_t>(view.event.ts_ms);
  char* const at = room(event::frame_bytes(parts));
  event::put_frame(at, header, parts);
  rows_.push_back({stream, view.seq, at});
}

void RowBuffer::clear() noexcept {
  rows_.clear();
  // Pieces of one large event each are not kept.
  std::erase_if(pieces_, [](const Piece& piece) { return piece.size > kPieceBytes; });
  piece_ = used_ = bytes_ = 0;
}

}  // namespace reel::merge
