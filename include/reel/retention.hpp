// Retention: for how long streams are kept, and how much of them. Used by a compaction
// (reel/compaction.hpp) and by a log's upkeep (reel/upkeep.hpp).
//
// A stream's age is that of its last event, as far as that is known without reading events: that of
// the block it is in may be younger. Streams that a Recorder holds are not touched, whatever their
// age. Ages are counted from now or, where that is earlier, from the newest event of the store: a
// clock that was set ahead deletes nothing. Where events with stamps ahead came too, `share_max`
// still holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reel {

struct RetentionAges {
  std::optional<double> all_ms;  // older streams go, every event of them
  // Of older streams the content goes, TOKENs and CHECKPOINTs: a GAP stands for them (cause
  // "retention"), and START, COMPLETE, ERROR and all other events stay.
  std::optional<double> content_ms;
};

struct PrefixRetention {
  std::string prefix;
  RetentionAges keep;
};

struct Retention {
  RetentionAges keep;
  // Instead of `keep`, for streams whose id begins so: the first that fits.
  std::vector<PrefixRetention> prefixes;
  // Of all segment files; 0: no limit. Beyond it, the streams that ended first go.
  std::uint64_t bytes_max = 0;
  // At most this share of the store's events goes in one run, the oldest first, 1 at most; what
  // stays over goes in the next one.
  double share_max = 0.5;

  bool any() const noexcept;  // may anything go at all?
};

}  // namespace reel
