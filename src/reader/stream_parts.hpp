// StreamParts: where the events of one stream are, in order: segments, then arenas. Of several
// incarnations of an id only the newest counts: an older one was deleted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/facts.hpp"
#include "reader/arena_tail.hpp"
#include "reader/store_view.hpp"

namespace reel::reader {

struct SegmentPart {
  const Lane* lane = nullptr;
  const Segment* segment = nullptr;
  std::uint32_t number = 0;  // of the stream in the segment
  std::uint64_t first_seq = 0;
};

struct StreamParts {
  std::string_view name_space, id;  // live as long as the view, and as `names`
  std::shared_ptr<const std::string> names;
  std::uint64_t incarnation = 0, ordinal = 0;
  std::vector<SegmentPart> segments;  // by first_seq, once sorted
  std::vector<ArenaPart> arenas;
};

// nullopt: no such stream.
std::optional<StreamParts> find_stream(const StoreView& store, std::string_view name_space,
                                       std::string_view id);
// All streams, by ordinal. Costs a walk over all indexes.
std::vector<StreamParts> all_streams(const StoreView& store);

// What is known of a stream without its texts.
struct JoinedFacts {
  event::StreamFacts facts;
  std::uint64_t arena_events = 0;  // of facts.event_count, those only in an arena
  std::optional<std::uint64_t> durable_seq;
  const Lane* newest_lane = nullptr;  // holds the latest part
};
JoinedFacts join_facts(const StreamParts& parts);

// What segments alone tell.
event::StreamFacts segment_facts(const StreamParts& parts);

// The arenas' events after `next_seq`, the seq that follows what segments hold.
std::vector<ArenaTail> arena_tails(const StreamParts& parts, std::uint64_t next_seq);

// What the facts say, in a StreamMetadata's words; `status` as if nobody recorded the stream now.
void set_facts(StreamMetadata& metadata, const event::StreamFacts& facts) noexcept;

// Damage is an error in strict reading alone.
Result<StreamMetadata> metadata_of(const StreamParts& parts, bool strict);

}  // namespace reel::reader
