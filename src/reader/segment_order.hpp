// SegmentOrder: the order in which scans go through the segments of a view: lane by lane, in a lane
// by number.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>

#include "reader/stream_parts.hpp"

namespace reel::reader {

class SegmentOrder {
 public:
  explicit SegmentOrder(const StoreView& view) {
    for (const Lane& lane : view.lanes) {
      for (const Segment& segment : lane.segments) places_.emplace(&segment, places_.size());
    }
  }

  // Do the stream's segments come in the order of its seqs? Those of one that went from a higher
  // lane to a lower one do not.
  bool fits(const StreamParts& parts) const {
    return std::is_sorted(parts.segments.begin(), parts.segments.end(),
                          [&](const SegmentPart& a, const SegmentPart& b) {
                            return places_.at(a.segment) < places_.at(b.segment);
                          });
  }

 private:
  std::unordered_map<const Segment*, std::size_t> places_;
};

}  // namespace reel::reader
