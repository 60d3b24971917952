// ArenaSnapshot: the committed frames of a lane's arena at one moment, copied out, for readers of a
// live store and for recovery. Never writes. Copies each chunk, then checks that its generation did
// not change meanwhile (a writer may release and reuse it), so that no half-new bytes are seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "event/frame.hpp"
#include "io/file_system.hpp"
#include "reel/status.hpp"

namespace reel::arena {

struct SnapshotFrame {
  std::uint64_t seq = 0;
  const char* frame = nullptr;  // whole frame in one piece; lives as long as the snapshot
  std::uint32_t bytes = 0;
};

struct SnapshotStream {
  std::string name_space, id;
  std::uint64_t incarnation = 0, ordinal = 0;
  std::uint64_t first_seq = 0;                 // nothing before it came through this arena
  std::uint64_t written_seq = 0;               // events below are in a segment (a hint: may lag)
  bool held = false;                           // by a Recorder, if the writer lives
  bool opening = false;                        // held, and not yet known from where it goes on
  std::uint64_t gap_first = 0, gap_count = 0;  // declared, not yet recorded as a GAP frame
  std::vector<SnapshotFrame> frames;           // by seq; may repeat what segments hold
};

struct ArenaSnapshot {
  std::string path;
  std::vector<SnapshotStream> streams;  // by ordinal
  std::uint64_t damaged_bytes = 0;      // committed bytes that are no frame (never expected)
  std::vector<std::string> buffers;     // what the frames point into
};

// not_found: there is no such file (the store was closed meanwhile). damaged: the file is not the
// arena `arena_id` of `store`.
Result<ArenaSnapshot> take_snapshot(io::FileSystem& fs, const std::string& arena_path,
                                    const base::Uuid& store, std::uint64_t arena_id);

// How many streams the arena's lane has taken over from others so far; nullopt: it is not there.
std::optional<std::uint32_t> takeovers(io::FileSystem& fs, const std::string& arena_path,
                                       std::uint64_t arena_id);

}  // namespace reel::arena
