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

}  // namespace reel::catalog
