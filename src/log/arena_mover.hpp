// ArenaMover: recovery's second step. Moves the frames of an arena that no segment holds into
// segments; seq decides which those are, so that a second run moves what the first did not. Holes
// before a frame, and dropped events that nobody has declared, become GAPs. The arena of a living
// process was not copied in one moment: what follows a hole there is left out, which a frame fills
// that came too late to be copied; unless all the hole was written once, and is lost.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "arena/snapshot.hpp"
#include "log/recovery.hpp"
#include "segment/segment_writer.hpp"

namespace reel::log {

enum class ArenaOf : std::uint8_t { the_dead, the_living };

class ArenaMover {
 public:
  ArenaMover(const RecoveryContext& context, writer::SegmentLog& segments, SegmentIndex& index,
             RecoveryReport& report, ArenaOf whose = ArenaOf::the_dead)
      : context_(context), segments_(segments), index_(index), report_(report), whose_(whose) {}

  // The snapshot must outlive the call only. After an error some of it may have been moved.
  Status move(const arena::ArenaSnapshot& snapshot);

 private:
  Status move_stream(const arena::SnapshotStream& stream);
  Status add(std::uint64_t seq, const char* frame, std::size_t bytes);
  Status add_gap(std::uint64_t first, std::uint64_t count, std::string_view cause);
  Status write();

  const RecoveryContext& context_;
  writer::SegmentLog& segments_;
  SegmentIndex& index_;
  RecoveryReport& report_;
  const ArenaOf whose_;
  // The stream that is being moved.
  segment::StreamIdentity identity_;
  bool numbered_ = false;
  std::uint32_t number_ = 0;
  // The block that is being filled.
  std::vector<segment::Row> rows_;
  std::deque<std::string> gaps_;
  std::size_t bytes_ = 0;
};

}  // namespace reel::log
