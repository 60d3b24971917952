// ArenaWatch: what is new in an arena since the last look, for who follows a live store. Never
// writes. A look costs a glance at each chunk's header, and a copy of what was committed since.
//
// A chunk that the writer gives back between two looks may have held frames that were in no look:
// those are in a segment by then, and the look says so (`missed`). Frames of a chunk that was seen
// full and whole are never missed by its going. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arena/arena_view.hpp"
#include "event/frame.hpp"
#include "io/file_system.hpp"

namespace reel::arena {

// A frame, and what holds its bytes.
struct WatchedFrame {
  std::uint32_t slot = 0;
  std::uint32_t incarnation = 0;  // its low 32 bits
  std::uint64_t seq = 0;
  EventView event;
  std::shared_ptr<const std::string> bytes;
};

class ArenaWatch {
 public:
  // Errors as of take_snapshot. The first look has missed what was written before it.
  static Result<std::unique_ptr<ArenaWatch>> open(io::FileSystem& fs, const std::string& arena_path,
                                                  const base::Uuid& store, std::uint64_t arena_id);

  struct Look {
    std::vector<WatchedFrame> frames;  // of one stream not always in order: threads take turns
    bool missed = false;               // look into the segments, too, after this
  };
  Look look();

  // Who holds a slot now (without frames); nullopt: nobody, or it is changing hands.
  std::optional<SnapshotStream> stream_in(std::uint32_t slot) const;
  std::uint32_t slots() const { return view_.slots(); }
  std::uint32_t listings() const noexcept;  // grows with every change of the catalog's segments
  std::uint32_t arrivals() const noexcept;  // grows when another lane begins to record
  bool ended() const noexcept;              // all is in segments; another arena may follow

 private:
  struct Seen {
    std::uint64_t generation = 0;
    std::uint32_t committed = 0;  // bytes that were in a look
    bool whole = false;           // and nothing more can come in this generation
  };
  ArenaWatch(std::unique_ptr<io::Mapping> mapping, ArenaView view)
      : mapping_(std::move(mapping)), view_(view) {}

  void look_at(std::uint32_t chunk, Look& look);
  bool copy(std::uint32_t chunk, ChunkState state, std::uint32_t committed,
            std::string& bytes) const;

  std::unique_ptr<io::Mapping> mapping_;
  ArenaView view_;
  std::vector<Seen> seen_;
  bool first_ = true;
};

}  // namespace reel::arena
