// A segment as a catalog lists it, opened: one that was given up counts up to where that says.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "catalog/catalog.hpp"
#include "segment/segment_reader.hpp"

namespace reel::catalog {

inline Result<std::unique_ptr<segment::SegmentReader>> open_listed(
    io::FileSystem& fs, const std::string& lane_directory, const segment::SegmentSummary& listed,
    std::shared_ptr<segment::BlockCache> cache = nullptr) {
  segment::SegmentOpen open;
  if (!listed.sealed) open.valid_bytes = listed.bytes;
  open.cache = std::move(cache);
  return segment::SegmentReader::open(fs, segment_file(lane_directory, listed.number), open);
}

// The same, of whoever must not miss anything: damaged where the file is another one than is
// listed, or a sealed one's index is not what it was sealed with.
inline Result<std::unique_ptr<segment::SegmentReader>> open_same(
    io::FileSystem& fs, const std::string& lane_directory, const segment::SegmentSummary& listed,
    std::shared_ptr<segment::BlockCache> cache = nullptr) {
  auto reader = open_listed(fs, lane_directory, listed, std::move(cache));
  if (!reader.ok()) return reader;
  const segment::SegmentSummary found = (*reader)->summary();
  if (found.segment_id == listed.segment_id &&
      (!listed.sealed || (found.sealed && found.digest == listed.digest))) {
    return reader;
  }
  return Error{ErrorCode::damaged, 0, segment_file(lane_directory, listed.number), 0,
               "this is not the segment that the catalog lists"};
}

}  // namespace reel::catalog
