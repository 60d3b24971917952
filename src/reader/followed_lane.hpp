// FollowedLane: one lane of a store that is followed: its arena, watched, whoever's it is now, and
// which streams hold the slots that frames came from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arena/watch.hpp"
#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "reader/followed_streams.hpp"

namespace reel::reader {

class FollowedLane {
 public:
  FollowedLane(io::FileSystem& fs, std::string store, const segment::Uuid& uuid,
               std::uint32_t number);

  std::uint32_t number() const noexcept { return number_; }
  const std::string& directory() const noexcept { return directory_; }

  // Takes what is new in the arena to its streams; `touched` grows by those that have frames now
  // and had none. True: the segments must be looked at, too.
  bool poll(FollowedStreams& streams, std::vector<FollowedStream*>& touched);

  // Grows when another lane begins to record; nullopt: nobody records here who would be told.
  std::optional<std::uint32_t> arrivals() const;

  std::uint64_t done_segment = 0;  // this one and all before are done with

 private:
  struct Slot {
    std::uint64_t incarnation = 0;     // 0: not looked at yet
    FollowedStream* stream = nullptr;  // null: nobody asked for it
  };
  bool find_arena();
  bool take(arena::WatchedFrame frame, bool first_look, FollowedStreams& streams,
            std::vector<FollowedStream*>& touched);
  bool meet(std::uint32_t index, std::uint32_t incarnation, FollowedStreams& streams);
  void leave();

  io::FileSystem& fs_;
  const std::string store_;
  const segment::Uuid uuid_;
  const std::uint32_t number_;
  const std::string directory_;
  std::optional<catalog::ArenaRef> ref_;
  std::unique_ptr<arena::ArenaWatch> watch_;
  bool first_look_ = true;  // at this arena
  std::uint32_t listings_ = 0;
  std::uint32_t blind_polls_ = 0;
  std::uint32_t quiet_polls_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace reel::reader
