// Neighbour: another lane of the same store, as far as opening a stream must know of it. Guarded by
// its owner's lock.
//
// A stream is in at most one lane at a time: where a Recorder holds it, or where its last events
// are not in a segment yet. It is looked for in the order in which it leaves a lane: stream table,
// filters of the segments that no catalog lists, segments that one does. A lane that died with the
// stream in its table is recovered first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "arena/arena.hpp"
#include "log/lane_recovery.hpp"
#include "log/segment_index.hpp"

namespace reel::log {

struct Sighting {
  enum class Place : std::uint8_t {
    nowhere,
    at_rest,  // all its events are in segments: `stream` says how far it goes
    held,     // by a Recorder
    moving,   // being opened, or not written yet: look again
  };
  Place place = Place::nowhere;
  KnownStream stream;  // held, moving: its incarnation alone
  std::uint32_t lane = 0;
  bool opening = false;  // moving: a Recorder is being made
};

class Neighbour {
 public:
  Neighbour(const LaneContext& context, std::uint32_t lane);

  std::uint32_t lane() const noexcept { return lane_; }
  // What the lane is by now: recorded in by somebody, or at rest; recovered if it was left unclean.
  // busy: somebody records there whose arena cannot be seen from here.
  Status look(RecoveryReport& report);
  // Tells whoever records there that there is a lane more.
  void announce() noexcept;
  Result<Sighting> find(std::string_view name_space, std::string_view id);
  // Does somebody record there? True until that is known to be over.
  bool is_open() const noexcept {
    return arena_ != nullptr && arena_->header().ended.load(std::memory_order_acquire) == 0;
  }
  // Gives back the arena of a lane that was closed.
  void let_go() noexcept;

 private:
  Status look_now(RecoveryReport& report);
  Status join();
  Result<Sighting> find_now(std::string_view name_space, std::string_view id);
  Sighting in_table(std::string_view name_space, std::string_view id, std::uint64_t hash);
  Result<std::optional<KnownStream>> in_segments(std::string_view name_space, std::string_view id,
                                                 std::uint64_t hash);
  Status read_list();

  const LaneContext& context_;
  const std::uint32_t lane_;
  const std::string directory_;
  std::unique_ptr<arena::Arena> arena_;  // of whoever records there
  bool looked_ = false;                  // what the lane is, is known: the last look() was good
  bool listed_ = false;                  // index_ has what the catalog lists
  std::uint32_t listings_ = 0;           // the arena's count when it was read
  SegmentIndex index_;
};

}  // namespace reel::log
