// FollowPlace: where a Follower is, as its cursor's text says it.
//
//   cursor := "reel1." store "." streams "." lanes "." seqs "." checksum
//   store     the store's UUID, as everywhere
//   streams   16 hex digits: which streams are followed
//   lanes     "" or lane "-" number, by "_": all segments of the lane up to that number were seen
//   seqs      "" or incarnation (16 hex digits) "-" next seq, by "_": what was seen of streams that
//             have events elsewhere. Of all others, nothing but what is in those segments
//   checksum  16 hex digits, of all before
//
// Segments are named only where the catalog lists them: those are final, and their numbers are
// never used again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"
#include "reel/follower.hpp"

namespace reel::reader {

struct FollowPlace {
  segment::Uuid store;
  std::uint64_t streams = 0;                         // streams_key of the options
  std::map<std::uint32_t, std::uint64_t> lanes;      // number of the last segment seen
  std::map<std::uint64_t, std::uint64_t> next_seqs;  // by incarnation
};

std::uint64_t streams_key(const FollowOptions& options);
std::string place_text(const FollowPlace& place);
std::optional<FollowPlace> parse_place(std::string_view text);

}  // namespace reel::reader
