#include "reader/store_view.hpp"

#include <algorithm>

#include "catalog/tombstone.hpp"
#include "reader/arena_access.hpp"

namespace reel::reader {
namespace {

// How often a lane is looked at anew because its arena changed hands meanwhile.
constexpr int kLooksMax = 8;

struct Looking {
  io::FileSystem& fs;
  const StoreView& store;
  const ReaderOptions& options;
  const StoreView* previous;
  bool exclusive;  // nobody else holds `previous`: its unsealed segments may move on
};

using ArenaRefMaybe = std::optional<catalog::ArenaRef>;

Result<ArenaRefMaybe> load_ref(io::FileSystem& fs, const std::string& directory) {
  auto ref = catalog::load_arena_ref(fs, directory);
  if (ref) return ArenaRefMaybe(*std::move(ref));
  if (ref.error().code == ErrorCode::not_found) return ArenaRefMaybe();
  return ref.status();
}

bool same_ref(const ArenaRefMaybe& a, const ArenaRefMaybe& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->arena_id == b->arena_id && a->consumed == b->consumed && a->path == b->path);
}

// The arena that `ref` names, or a note why it cannot be seen.
void see_arena(const Looking& looking, Lane& lane, std::vector<std::string>& notes) {
  const catalog::ArenaRef& ref = *lane.arena_ref;
  auto snapshot = read_arena(looking.fs, looking.store.path, looking.store.identity.uuid, ref);
  if (!snapshot) {
    notes.push_back("only written events are shown: " + snapshot.error().to_string());
    return;
  }
  if (snapshot->damaged_bytes > 0) {
    lane.damage.push_back(
        {ref.path, 0, snapshot->damaged_bytes, "bytes of the arena are no frames"});
  }
  lane.arena = std::make_shared<const arena::ArenaSnapshot>(*std::move(snapshot));
}

// A segment that was open before and is still the same: sealed, or ours alone and grown.
std::shared_ptr<segment::SegmentReader> taken_over(const Looking& looking,
                                                   const std::string& path) {
  if (looking.previous == nullptr) return nullptr;
  for (const Lane& lane : looking.previous->lanes) {
    for (const Segment& segment : lane.segments) {
      if (segment.path != path) continue;
      if (segment.reader->sealed()) return segment.reader;
      if (!looking.exclusive || !segment.reader->refresh()) return nullptr;
      return segment.reader;
    }
  }
  return nullptr;
}

// What the catalog says of a sealed segment must be so.
void check_against_catalog(const segment::SegmentSummary& listed, const Segment& segment,
                           Lane& lane) {
  const segment::SegmentSummary found = segment.reader->summary();
  if (found.segment_id != listed.segment_id) {
    lane.damage.push_back({segment.path, 0, 0, "this is another segment than the catalog lists"});
  } else if (listed.sealed && !segment.reader->sealed()) {
    lane.damage.push_back({segment.path, 0, 0, "the end of this sealed segment is damaged"});
  } else if (listed.sealed && found.digest != listed.digest) {
    lane.damage.push_back({segment.path, 0, 0, "the digest differs from the catalog's"});
  }
}

// Was this segment merged into others since the catalog was read?
bool was_merged(const Looking& looking, const segment::SegmentSummary* listed, const Lane& lane) {
  if (listed == nullptr) return false;
  const auto now = catalog::load_catalog(looking.fs, lane.directory);
  return now && !now->is_listed(listed->number);
}

// `gone`: the catalog has changed, and the lane must be looked at again.
Status open_segment(const Looking& looking, std::uint64_t number,
                    const segment::SegmentSummary* listed, Lane& lane, bool& gone) {
  Segment segment;
  segment.number = number;
  segment.path = catalog::segment_file(lane.directory, number);
  segment.in_catalog = listed != nullptr;
  segment.reader = taken_over(looking, segment.path);
  if (segment.reader == nullptr) {
    segment::SegmentOpen open;
    if (listed != nullptr && !listed->sealed) open.valid_bytes = listed->bytes;
    open.cache = looking.store.blocks;
    if (!looking.options.mmap) open.access = io::Access::read;
    auto opened = segment::SegmentReader::open(looking.fs, segment.path, open);
    if (!opened) {
      if (opened.error().code == ErrorCode::not_found && was_merged(looking, listed, lane)) {
        gone = true;
        return {};
      }
      if (looking.options.strict && segment.in_catalog) return opened.status();
      const std::string what = opened.error().to_string();
      // The newest file may be only just begun, or have died so.
      if (listed == nullptr) {
        lane.notes.push_back("not read: " + what);
      } else {
        lane.damage.push_back({segment.path, 0, listed->bytes, what});
      }
      return {};
    }
    segment.reader = *std::move(opened);
  }
  // Numbers start at 1: this file has no header yet, or a crash caught it so.
  if (listed == nullptr && segment.reader->header().number == 0) return {};
  if (!(segment.reader->header().store == looking.store.identity.uuid)) {
    lane.damage.push_back({segment.path, 0, 0, "this segment belongs to another store"});
    return {};
  }
  segment.durable = listed != nullptr && segment.reader->sealed();
  if (listed != nullptr) check_against_catalog(*listed, segment, lane);
  lane.segments.push_back(std::move(segment));
  return {};
}

// Files above the catalog's last number: being sealed, or written, or left by a crash.
Result<std::vector<std::uint64_t>> unlisted_numbers(const Looking& looking, Lane& lane) {
  auto names = looking.fs.list(lane.directory);
  if (!names) return names.status();
  const auto& listed = lane.catalog.segments;
  const std::uint64_t last = listed.empty() ? 0 : listed.back().number;
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number || *number <= last || lane.catalog.find_void(*number) != nullptr) continue;
    numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Status open_segments(const Looking& looking, Lane& lane, bool& gone) {
  auto loaded = catalog::load_catalog(looking.fs, lane.directory);
  if (loaded) {
    lane.catalog = *std::move(loaded);
  } else if (looking.options.strict || loaded.error().code != ErrorCode::damaged) {
    return loaded.status();
  } else {
    // Without it every segment file is read, as far as it goes.
    lane.damage.push_back({loaded.error().file, loaded.error().offset, 0, loaded.error().message});
    lane.catalog.clean = false;
  }
  const auto numbers = unlisted_numbers(looking, lane);
  if (!numbers) return numbers.status();
  for (const auto& listed : lane.catalog.segments) {
    Status status = open_segment(looking, listed.number, &listed, lane, gone);
    if (!status) return status;
  }
  for (const std::uint64_t number : *numbers) {
    if (Status status = open_segment(looking, number, nullptr, lane, gone); !status) {
      return status;
    }
  }
  return {};
}

// Arena first, segments second: what leaves the arena meanwhile is then found in a segment.
Result<Lane> look_once(const Looking& looking, const std::string& directory, bool& settled) {
  Lane lane;
  lane.directory = directory;
  const auto locked = looking.fs.is_locked(catalog::lock_file(directory));
  lane.writer_alive = locked && *locked;
  std::vector<std::string> arena_notes;
  auto ref = load_ref(looking.fs, directory);
  if (!ref && (looking.options.strict || ref.error().code != ErrorCode::damaged)) {
    return ref.status();
  }
  if (!ref) {
    lane.damage.push_back({ref.error().file, ref.error().offset, 0, ref.error().message});
  } else if (*ref && !(*ref)->consumed) {
    lane.arena_ref = **ref;
    if (looking.options.arena) see_arena(looking, lane, arena_notes);
  }
  bool gone = false;
  if (Status status = open_segments(looking, lane, gone); !status) return status;
  const auto ref_after = load_ref(looking.fs, directory);
  settled = !gone && ref.ok() == ref_after.ok() && (!ref || same_ref(*ref, *ref_after));
  if (lane.catalog.clean && lane.arena_ref) {
    // Being opened or closed just now: an arena matters only while the catalog says "not clean".
    lane.arena.reset();
    arena_notes.clear();
    if (!lane.writer_alive) lane.arena_ref.reset();
  }
  lane.notes.insert(lane.notes.end(), arena_notes.begin(), arena_notes.end());
  if (!lane.catalog.recovery.empty()) lane.notes.push_back(lane.catalog.recovery);
  return lane;
}

Result<Lane> look_at_lane(const Looking& looking, const std::string& directory) {
  for (int i = 0;; ++i) {
    bool settled = false;
    auto lane = look_once(looking, directory, settled);
    if (!lane || settled) return lane;
    if (i + 1 < kLooksMax) continue;
    lane->settled = false;
    lane->notes.push_back(
        "the store changed faster than it could be read; the newest events may "
        "be missing here");
    return lane;
  }
}

// Of all lanes. Where one has changed during a look around, a stream may have gone from a lane not
// yet seen to one that was, and left a hole in what was seen of it.
std::vector<std::optional<std::uint32_t>> all_takeovers(const Looking& looking,
                                                        const std::vector<std::uint32_t>& lanes) {
  std::vector<std::optional<std::uint32_t>> counts;
  if (lanes.size() < 2) return counts;
  for (const std::uint32_t number : lanes) {
    counts.push_back(takeovers(looking.fs, catalog::lane_directory(looking.store.path, number)));
  }
  return counts;
}

Status look_at_lanes(const Looking& looking, StoreView& store) {
  for (int i = 0;; ++i) {
    const auto lanes = catalog::list_lanes(looking.fs, store.path);
    if (!lanes) return lanes.status();
    const auto before = all_takeovers(looking, *lanes);
    store.lanes.clear();
    for (const std::uint32_t number : *lanes) {
      auto lane = look_at_lane(looking, catalog::lane_directory(store.path, number));
      if (!lane) return lane.status();
      lane->number = number;
      store.lanes.push_back(*std::move(lane));
    }
    if (all_takeovers(looking, *lanes) == before) return {};
    if (i + 1 < kLooksMax) continue;
    store.unsettled = true;
    store.lanes.back().notes.push_back(
        "streams moved between lanes faster than they could be read; events may be missing here");
    return {};
  }
}

void index_arenas(StoreView& store) {
  for (const Lane& lane : store.lanes) {
    if (lane.arena == nullptr) continue;
    for (const auto& stream : lane.arena->streams) {
      store.arena_streams.emplace(stream_key(stream.name_space, stream.id),
                                  ArenaPart{&lane, &stream});
    }
  }
}

}  // namespace

std::string stream_key(std::string_view name_space, std::string_view id) {
  std::string key = std::to_string(name_space.size());  // either part may hold any byte
  key += ' ';
  key += name_space;
  key += id;
  return key;
}

Result<std::shared_ptr<const StoreView>> look(io::FileSystem& fs, const std::string& path,
                                              const ReaderOptions& options,
                                              const StoreView* previous, bool exclusive) {
  auto identity = catalog::load_store(fs, path);
  if (!identity) return identity.status();
  auto store = std::make_shared<StoreView>();
  store->path = path;
  store->identity = *identity;
  store->blocks = previous != nullptr ? previous->blocks : segment::make_block_cache();
  // Before the segments: a tombstone goes only after the last segment that holds its stream.
  auto deleted = catalog::list_deleted(fs, path);
  if (!deleted) return deleted.status();
  store->deleted = *std::move(deleted);
  const Looking looking{fs, *store, options, previous, exclusive};
  if (Status status = look_at_lanes(looking, *store); !status) return status;
  index_arenas(*store);
  return std::shared_ptr<const StoreView>(std::move(store));
}

}  // namespace reel::reader
