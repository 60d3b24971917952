// Neighbours: the other lanes of a store, asked before a stream is opened here. Guarded by its
// owner's lock.
//
// Two lanes never both open a stream: each takes a slot of its own stream table first, where the
// others see it, and looks at theirs second, so that of two that come at once at least one notices
// the other, and gives way. A lane that nobody shares the store with pays one load: who comes later
// counts `arrivals` up in all arenas before opening its first stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "arena/arena.hpp"
#include "log/neighbour.hpp"

namespace reel::log {

class Neighbours {
 public:
  // `own` is lane `lane`'s.
  Neighbours(LaneContext context, std::uint32_t lane, arena::Arena& own);

  // Recovers the lanes that need it, and tells the others of this one. Once, before any stream is
  // opened.
  Status announce(RecoveryReport& report);
  // Are there none, and was there never one? Then find() knows nothing.
  bool none() const noexcept { return neighbours_.empty() && arrivals() == seen_; }
  // Does somebody else record now, as far as is known here?
  bool anybody() const noexcept;
  // Where the stream goes furthest; held or moving if it is so anywhere.
  Result<Sighting> find(std::string_view name_space, std::string_view id);
  // Gives back the arenas of lanes that were closed.
  void let_go() noexcept;
  // "process 123", or what is known of who records in a lane.
  std::string holder(std::uint32_t lane) const;

 private:
  std::uint32_t arrivals() const noexcept {
    return own_.header().arrivals.load(std::memory_order_seq_cst);
  }
  Neighbour& of(std::uint32_t lane);  // added where it is new
  Status look_around(RecoveryReport& report, bool announcing);

  const LaneContext context_;
  const std::uint32_t lane_;
  arena::Arena& own_;
  std::uint32_t seen_ = 0;  // of arrivals()
  std::vector<std::unique_ptr<Neighbour>> neighbours_;
};

}  // namespace reel::log
