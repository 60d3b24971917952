// FollowCore: what a Follower holds. One thread at a time.
//
// A poll takes the new frames of the arenas first and looks into the segments second, where that is
// needed: what leaves an arena in between is then found in a segment. Then next() gives what the
// segments have of streams that are behind, and what waits from the arenas after that, each stream
// up to the first hole. A hole is a frame of another thread that is yet to be seen, or that was
// written meanwhile: the next look shows it. One that stays was lost.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "reader/cursor.hpp"
#include "reader/follow_place.hpp"
#include "reader/followed_lane.hpp"
#include "reader/followed_streams.hpp"
#include "reader/reader_core.hpp"
#include "reader/store_view.hpp"
#include "reel/follower.hpp"

namespace reel::detail {

class FollowCore {
 public:
  static Result<std::unique_ptr<FollowCore>> open(io::FileSystem& fs, std::string path,
                                                  FollowOptions options);
  // Before the first poll: from what was seen already.
  void skip(const ReaderCore& shown);
  Status skip(std::string_view cursor);

  Status poll();
  bool next();
  const EnvelopeView& view() const noexcept { return envelope_; }
  std::string cursor() const;
  const std::vector<Damage>& damage() const noexcept { return damage_; }

 private:
  // A stream of which segments hold more than was given.
  struct Behind {
    reader::FollowedStream* stream = nullptr;
    reader::StreamParts parts;
    std::uint64_t end_seq = 0;
  };

  FollowCore(io::FileSystem& fs, std::string path, const segment::Uuid& store,
             FollowOptions options);
  reader::FollowedLane& lane(std::uint32_t number);
  Status find_lanes();
  Status find_new_lanes();
  Status look();
  void note_damage();
  void mark_deleted();
  void find_behind();
  void compare(const reader::Lane& lane, const reader::Segment& segment,
               std::unordered_map<std::uint64_t, std::size_t>& places);
  void place(reader::FollowedStream& stream) const;
  void gather();
  bool gather(reader::FollowedStream& stream);
  bool next_behind();
  bool next_ready();
  void settle();
  void mark_done(const reader::Segment& segment);
  void forget();
  reader::FollowedLane* followed(const reader::Lane& lane) const;
  bool give(reader::FollowedStream& stream, std::uint64_t seq, const EventView& event);

  io::FileSystem& fs_;
  const std::string path_;
  const segment::Uuid store_;
  reader::FollowedStreams streams_;
  std::vector<std::unique_ptr<reader::FollowedLane>> lanes_;  // by number
  std::uint32_t arrivals_ = 0;                                // that the lanes told of
  std::uint32_t polls_ = 0;
  bool look_wanted_ = true;  // by the next poll
  bool looked_ = false;      // in this one
  enum class Stage : std::uint8_t { behind, ready, drained } stage_ = Stage::drained;

  std::shared_ptr<const reader::StoreView> view_;
  std::unordered_map<std::uint64_t, std::uint64_t> compared_;  // by segment id: its events then
  std::vector<Behind> behind_;
  std::size_t at_behind_ = 0;
  std::unique_ptr<CursorCore> cursor_;

  struct Ready {
    double order = 0;       // by time; of one time, in the order in which they were gathered
    std::size_t place = 0;
    reader::FollowedStream* stream = nullptr;
    arena::WatchedFrame frame;
  };
  std::vector<reader::FollowedStream*> waiting_;  // have frames that wait
  std::vector<Ready> ready_;
  std::size_t at_ready_ = 0;

  EnvelopeView envelope_;
  std::vector<Damage> damage_;
};

}  // namespace reel::detail
