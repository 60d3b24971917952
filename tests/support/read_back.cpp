#include "support/read_back.hpp"

#include <algorithm>

#include "arena/snapshot.hpp"
#include "catalog/catalog.hpp"
#include "event/frame.hpp"
#include "segment/segment_reader.hpp"
#include "support/catch.hpp"

namespace reel::test {
namespace {

// One life of a stream: where it stands among those of its name, and what it holds.
struct Life {
  std::uint64_t ordinal = 0;
  std::map<std::uint64_t, Event> events;  // by seq
};
// By stream id, then by incarnation.
using Lives = std::map<std::string, std::map<std::uint64_t, Life>>;

// What one lane holds of a life. Its parts come in order; what an earlier one holds is a repeat.
struct Part {
  Life& life;
  std::uint64_t next = 0;
  void add(std::uint64_t seq, const EventView& event) {
    if (seq < next) return;
    next = seq + event.seqs();
    life.events.emplace(seq, to_event(event));
  }
};

class LaneParts {
 public:
  explicit LaneParts(Lives& lives) : lives_(lives) {}
  Part& of(std::string_view id, std::uint64_t incarnation, std::uint64_t ordinal) {
    Life& life = lives_[std::string(id)][incarnation];
    life.ordinal = ordinal;
    return parts_.try_emplace(incarnation, Part{life}).first->second;
  }

 private:
  Lives& lives_;
  std::map<std::uint64_t, Part> parts_;
};

void add_segment(LaneParts& parts, segment::SegmentReader& reader) {
  for (std::uint32_t i = 0; i < reader.stream_count(); ++i) {
    const auto& identity = reader.stream(i).identity;
    Part& part = parts.of(identity.id, identity.incarnation, identity.ordinal);
    const auto cursor = reader.cursor(i, 0, true);
    while (cursor->next()) part.add(cursor->seq(), cursor->event());
    INFO(cursor->status().to_string());
    REQUIRE(cursor->status().ok());
  }
}

void add_arena(LaneParts& parts, const arena::ArenaSnapshot& snapshot) {
  for (const auto& stream : snapshot.streams) {
    if (stream.frames.empty()) continue;
    Part& part = parts.of(stream.id, stream.incarnation, stream.ordinal);
    for (const auto& frame : stream.frames) {
      const auto decoded = event::get_frame(std::string_view(frame.frame, frame.bytes));
      REQUIRE(decoded);
      part.add(frame.seq, decoded->event);
    }
  }
}

void add_lane(Lives& lives, io::FileSystem& fs, const std::string& lane, const base::Uuid& store) {
  LaneParts parts(lives);
  const auto lane_catalog = catalog::load_catalog(fs, lane);
  REQUIRE(lane_catalog.ok());
  const auto names = fs.list(lane);
  REQUIRE(names.ok());
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number || lane_catalog->find_void(*number) != nullptr) continue;
    std::optional<std::uint64_t> valid;
    for (const auto& known : lane_catalog->segments) {
      if (known.number == *number && !known.sealed) valid = known.bytes;
    }
    auto reader = segment::SegmentReader::open(fs, io::join(lane, name), {.valid_bytes = valid});
    if (!reader) continue;  // died before its header was whole
    add_segment(parts, **reader);
  }
  const auto ref = catalog::load_arena_ref(fs, lane);
  if (!ref || ref->consumed || lane_catalog->clean) return;
  const auto snapshot = arena::take_snapshot(fs, ref->path, store, ref->arena_id);
  REQUIRE(snapshot.ok());
  add_arena(parts, *snapshot);
}

}  // namespace

Stored read_back(io::FileSystem& fs, const std::string& store) {
  const auto identity = catalog::load_store(fs, store);
  REQUIRE(identity.ok());
  const auto lanes = catalog::list_lanes(fs, store);
  REQUIRE(lanes.ok());
  Lives lives;
  for (const std::uint32_t lane : *lanes) {
    add_lane(lives, fs, catalog::lane_directory(store, lane), identity->uuid);
  }
  Stored stored;
  for (auto& [id, of_id] : lives) {
    const auto newest = std::max_element(
        of_id.begin(), of_id.end(),
        [](const auto& a, const auto& b) { return a.second.ordinal < b.second.ordinal; });
    if (newest->second.events.empty()) continue;
    auto& events = stored[id].events;
    for (auto& entry : newest->second.events) events.push_back(std::move(entry));
  }
  return stored;
}

std::string describe(std::uint64_t seq, const Event& event) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  return std::to_string(seq) + " " + std::string(view.type_name()) + " " +
         std::to_string(view.ts_ms) + " " + (view.number ? std::to_string(*view.number) : "-") +
         " " + std::string(view.text) + " " + std::string(view.parts);
}

std::vector<std::string> describe(const StoredStream& stream) {
  std::vector<std::string> lines;
  for (const auto& [seq, event] : stream.events) lines.push_back(describe(seq, event));
  return lines;
}

void check_same(const Expected& expected, io::FileSystem& fs, const std::string& store) {
  const Stored stored = read_back(fs, store);
  REQUIRE(stored.size() == expected.size());
  for (const auto& [id, lines] : expected) {
    INFO(id);
    const auto found = stored.find(id);
    REQUIRE(found != stored.end());
    CHECK(describe(found->second) == lines);
  }
}

}  // namespace reel::test
