// RowBuffer: events of several streams copied into memory as rows for a SegmentWriter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "reel/event.hpp"
#include "segment/segment_writer.hpp"

namespace reel::merge {

class RowBuffer {
 public:
  void add(std::uint32_t stream, const EnvelopeView& view);
  std::size_t bytes() const noexcept { return bytes_ + rows_.size() * sizeof(segment::Row); }
  std::span<segment::Row> rows() noexcept { return rows_; }
  void clear() noexcept;

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  struct Piece {
    std::unique_ptr<char[]> memory;
    std::size_t size = 0;
  };
  char* room(std::size_t bytes);

  std::vector<segment::Row> rows_;
  std::vector<Piece> pieces_;  // kept for the next rows
  std::size_t piece_ = 0;      // the one at hand
  std::size_t used_ = 0;       // of it
  std::size_t bytes_ = 0;      // of the frames
};

}  // namespace reel::merge
