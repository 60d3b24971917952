// FollowedStreams: how far a Follower is in each stream of which that is not clear from the
// segments that it is done with. A stream is forgotten once all that was seen of it lies in those.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "arena/watch.hpp"
#include "reel/follower.hpp"

namespace reel::reader {

struct FollowedStream {
  std::uint64_t incarnation = 0, ordinal = 0;
  std::string id;              // known once the stream was met
  std::uint64_t next_seq = 0;  // events below were given
  bool placed = false;         // else it is not known yet what next_seq is
  bool deleted = false;
  std::uint64_t first_seq_in_arena = 0;
  std::uint64_t done_seq = 0;  // segments that are done with hold some up to here
  bool in_others = false;      // others hold some, too: another lane's may be earlier ones
  std::uint32_t slots = 0;     // in which it was met; it may go on there
  std::vector<arena::WatchedFrame> waiting;  // seen in an arena, not given yet
  std::uint32_t looks_at_hole = 0;
};

class FollowedStreams {
 public:
  explicit FollowedStreams(FollowOptions options)
      : options_(std::move(options)), ids_(options_.streams.begin(), options_.streams.end()) {}

  const FollowOptions& options() const noexcept { return options_; }
  bool wanted(std::string_view name_space, std::string_view id) const {
    return name_space == options_.name_space && (ids_.empty() || ids_.contains(std::string(id)));
  }

  // References stay until forget().
  FollowedStream& at(std::uint64_t incarnation);  // made when it is new
  FollowedStream* find(std::uint64_t incarnation);
  // All streams at once: what `in_others` is from now on.
  void nothing_in_others();
  void forget_done();
  // Those that a cursor must name; of others, nothing was given or all lies in segments that are
  // done with.
  std::map<std::uint64_t, std::uint64_t> next_seqs() const;

 private:
  FollowOptions options_;
  std::unordered_set<std::string> ids_;
  std::unordered_map<std::uint64_t, FollowedStream> streams_;  // by incarnation
};

}  // namespace reel::reader
