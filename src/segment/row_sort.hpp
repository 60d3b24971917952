// Sorts rows by (stream, seq): a counting sort by stream, since there are few streams and many
// rows, most often in order within their stream already.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/large_memory.hpp"
#include "segment/segment_writer.hpp"

namespace reel::segment {

class RowSort {
 public:
  // false when a row names a stream that is not there, or one (stream, seq) occurs twice; the rows
  // are then in any order.
  bool sort(std::span<Row> rows, std::uint32_t streams);

 private:
  bool count(std::span<const Row> rows, std::uint32_t streams);
  void scatter(std::span<Row> rows);

  std::vector<std::uint32_t> places_;   // by stream; all zero between calls
  std::vector<std::uint32_t> present_;  // streams that occur
  io::LargeVector<Row> sorted_;
};

}  // namespace reel::segment
