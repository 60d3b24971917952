// StoreView: a store at one moment. Lanes, their segments (mapped) and their arenas (copied).
// Never changes after it was made, except that segments note the damage that reading them meets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "arena/snapshot.hpp"
#include "catalog/catalog.hpp"
#include "reel/reader.hpp"
#include "segment/segment_reader.hpp"

namespace reel::reader {

struct Segment {
  std::string path;
  std::uint64_t number = 0;
  bool in_catalog = false;
  bool durable = false;  // listed as sealed, and so synced
  std::shared_ptr<segment::SegmentReader> reader;
};

struct Lane {
  std::uint32_t number = 0;
  std::string directory;
  catalog::LaneCatalog catalog;
  bool writer_alive = false;
  bool settled = true;  // else it changed faster than it could be looked at, and may lack events
  std::optional<catalog::ArenaRef> arena_ref;         // unless consumed
  std::shared_ptr<const arena::ArenaSnapshot> arena;  // null when there is none or it is unreadable
  std::vector<Segment> segments;                      // in order
  std::vector<std::string> notes;
  std::vector<Damage> damage;
};

// Streams are looked up by namespace and id in one string.
std::string stream_key(std::string_view name_space, std::string_view id);

struct ArenaPart {
  const Lane* lane = nullptr;
  const arena::SnapshotStream* stream = nullptr;
};

struct StoreView {
  std::string path;
  catalog::StoreIdentity identity;
  std::vector<Lane> lanes;
  std::shared_ptr<segment::BlockCache> blocks;  // of all segments, and of the views before
  bool unsettled = false;  // streams moved between lanes while they were looked at: see notes
  std::vector<std::uint64_t> deleted;                             // incarnations, ascending
  std::unordered_multimap<std::string, ArenaPart> arena_streams;  // by stream_key
};

// One look at the store. Sealed segments of `previous` are taken over; unsealed ones are moved on
// in place if `exclusive` says that nobody else holds `previous` (which is then of no further use),
// else opened anew.
Result<std::shared_ptr<const StoreView>> look(io::FileSystem& fs, const std::string& path,
                                              const ReaderOptions& options,
                                              const StoreView* previous, bool exclusive);

}  // namespace reel::reader
