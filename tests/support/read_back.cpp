#include "support/read_back.hpp"

#include "arena/snapshot.hpp"
#include "catalog/catalog.hpp"
#include "event/frame.hpp"
#include "segment/segment_reader.hpp"
#include "support/catch.hpp"

namespace reel::test {
namespace {

void add(StoredStream& stream, std::uint64_t seq, const EventView& event) {
  // Parts come in order; what an earlier part holds already is a repeat.
  std::uint64_t next = 0;
  if (!stream.events.empty()) {
    const auto& [last_seq, last] = stream.events.back();
    const auto* gap = std::get_if<Gap>(&last.body);
    next = last_seq + (gap != nullptr ? gap->count : 1);
  }
  if (seq >= next) stream.events.emplace_back(seq, to_event(event));
}

void add_segment(Stored& stored, segment::SegmentReader& reader) {
  for (std::uint32_t i = 0; i < reader.stream_count(); ++i) {
    StoredStream& stream = stored[std::string(reader.stream(i).identity.id)];
    const auto cursor = reader.cursor(i, 0, true);
    while (cursor->next()) add(stream, cursor->seq(), cursor->event());
    INFO(cursor->status().to_string());
    REQUIRE(cursor->status().ok());
  }
}

}  // namespace

Stored read_back(io::FileSystem& fs, const std::string& store) {
  Stored stored;
  const auto identity = catalog::load_store(fs, store);
  REQUIRE(identity.ok());
  const std::string lane = catalog::lane_directory(store, 0);
  const auto lane_catalog = catalog::load_catalog(fs, lane);
  REQUIRE(lane_catalog.ok());
  const auto names = fs.list(lane);
  REQUIRE(names.ok());
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number) continue;
    std::optional<std::uint64_t> valid;
    for (const auto& known : lane_catalog->segments) {
      if (known.number == *number && !known.sealed) valid = known.bytes;
    }
    auto reader = segment::SegmentReader::open(fs, io::join(lane, name), valid);
    if (!reader) continue;  // died before its header was whole
    add_segment(stored, **reader);
  }
  const auto ref = catalog::load_arena_ref(fs, lane);
  if (ref && !ref->consumed && !lane_catalog->clean) {
    const auto snapshot = arena::take_snapshot(fs, ref->path, identity->uuid, ref->arena_id);
    REQUIRE(snapshot.ok());
    for (const auto& stream : snapshot->streams) {
      for (const auto& frame : stream.frames) {
        const auto decoded = event::get_frame(std::string_view(frame.frame, frame.bytes));
        REQUIRE(decoded);
        add(stored[stream.id], frame.seq, decoded->event);
      }
    }
  }
  std::erase_if(stored, [](const auto& entry) { return entry.second.events.empty(); });
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
