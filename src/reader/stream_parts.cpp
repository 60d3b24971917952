#include "reader/stream_parts.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "reader/stream_options.hpp"

namespace reel::reader {
namespace {

// Makes room for a part of this incarnation. False when a newer one is known already.
bool belongs(StreamParts& parts, std::uint64_t incarnation, std::uint64_t ordinal) {
  const bool empty = parts.segments.empty() && parts.arenas.empty();
  if (!empty && parts.incarnation == incarnation) return true;
  if (!empty && ordinal < parts.ordinal) return false;
  parts.segments.clear();
  parts.arenas.clear();
  parts.incarnation = incarnation;
  parts.ordinal = ordinal;
  return true;
}

void add_segment_stream(StreamParts& parts, const Lane& lane, const Segment& segment,
                        const segment::SegmentStream& stream) {
  if (!belongs(parts, stream.identity.incarnation, stream.identity.ordinal)) return;
  parts.segments.push_back({&lane, &segment, stream.number, stream.facts.first_seq});
}

void add_arena_stream(StreamParts& parts, const ArenaPart& part) {
  // A slot without an event is a Recorder that has recorded nothing yet.
  if (part.stream->frames.empty() && part.stream->gap_count == 0) return;
  if (belongs(parts, part.stream->incarnation, part.stream->ordinal)) parts.arenas.push_back(part);
}

std::uint64_t first_seq(const ArenaPart& part) {
  return part.stream->frames.empty() ? part.stream->gap_first : part.stream->frames.front().seq;
}

// A stream moves from lane to lane only when the first has released it: order by seq is order.
void sort_parts(StreamParts& parts) {
  std::sort(parts.arenas.begin(), parts.arenas.end(),
            [](const ArenaPart& a, const ArenaPart& b) { return first_seq(a) < first_seq(b); });
  std::sort(parts.segments.begin(), parts.segments.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first_seq, a.segment->number) < std::pair(b.first_seq, b.segment->number);
  });
}

// Of a look that did not settle: what comes after a hole was seen, and what fills it was not yet.
// An older state of the stream is whole. (Arenas of living writers are read up to a hole anyway.)
void end_at_hole(StreamParts& parts) {
  if (parts.segments.empty()) return;
  std::uint64_t next = parts.segments.front().first_seq;
  for (std::size_t i = 0; i < parts.segments.size(); ++i) {
    const SegmentPart& part = parts.segments[i];
    if (part.first_seq > next) return parts.segments.resize(i);
    next = std::max(next, part.segment->reader->stream(part.number).facts.next_seq);
  }
}

// Nothing to show: no events, or the newest incarnation was deleted (and the older ones before it).
bool is_nothing(const StoreView& store, const StreamParts& parts) {
  if (parts.segments.empty() && parts.arenas.empty()) return true;
  return std::binary_search(store.deleted.begin(), store.deleted.end(), parts.incarnation);
}

// Adds what a segment holds from `facts.next_seq` on. Usually all of it; after a rescue that was
// cut short two files may hold the same events.
void append_part(event::StreamFacts& facts, const SegmentPart& part) {
  const auto& reader = *part.segment->reader;
  const event::StreamFacts found = reader.stream(part.number).facts;
  if (!found.has_events || (facts.has_events && found.next_seq <= facts.next_seq)) return;
  if (!facts.has_events || found.first_seq >= facts.next_seq) {
    facts.append(found);
    return;
  }
  const auto cursor = reader.cursor(part.number, facts.next_seq, false);
  while (cursor->next()) {
    if (seq_after(cursor->seq(), cursor->event()) <= facts.next_seq) continue;
    facts.note(cursor->seq(), cursor->event());
  }
}

}  // namespace

event::StreamFacts segment_facts(const StreamParts& parts) {
  event::StreamFacts facts;
  for (const SegmentPart& part : parts.segments) append_part(facts, part);
  return facts;
}

std::optional<StreamParts> find_stream(const StoreView& store, std::string_view name_space,
                                       std::string_view id) {
  StreamParts parts;
  for (const Lane& lane : store.lanes) {
    for (const Segment& segment : lane.segments) {
      for (const std::uint32_t number : segment.reader->find(name_space, id)) {
        const auto stream = segment.reader->stream(number);
        parts.name_space = stream.identity.name_space;
        parts.id = stream.identity.id;
        parts.names = stream.names;
        add_segment_stream(parts, lane, segment, stream);
      }
    }
  }
  const auto [from, to] = store.arena_streams.equal_range(stream_key(name_space, id));
  for (auto it = from; it != to; ++it) {
    parts.name_space = it->second.stream->name_space;
    parts.id = it->second.stream->id;
    parts.names = nullptr;
    add_arena_stream(parts, it->second);
  }
  if (is_nothing(store, parts)) return std::nullopt;
  sort_parts(parts);
  if (store.unsettled) end_at_hole(parts);
  return parts;
}

std::vector<StreamParts> all_streams(const StoreView& store) {
  std::vector<StreamParts> streams;
  std::unordered_map<std::string, std::size_t> places;
  const auto place = [&](std::string_view name_space, std::string_view id,
                         const std::shared_ptr<const std::string>& names) -> StreamParts& {
    const auto [at, fresh] = places.try_emplace(stream_key(name_space, id), streams.size());
    if (!fresh) return streams[at->second];
    StreamParts& parts = streams.emplace_back();
    parts.name_space = name_space;
    parts.id = id;
    parts.names = names;
    return parts;
  };
  for (const Lane& lane : store.lanes) {
    for (const Segment& segment : lane.segments) {
      for (std::uint32_t i = 0; i < segment.reader->stream_count(); ++i) {
        const auto stream = segment.reader->stream(i);
        if (stream.identity.id.empty()) continue;  // lost: damage of the index and of its blocks
        add_segment_stream(place(stream.identity.name_space, stream.identity.id, stream.names),
                           lane, segment, stream);
      }
    }
  }
  for (const auto& [key, part] : store.arena_streams) {
    add_arena_stream(place(part.stream->name_space, part.stream->id, nullptr), part);
  }
  std::erase_if(streams, [&](const StreamParts& parts) { return is_nothing(store, parts); });
  for (StreamParts& parts : streams) {
    sort_parts(parts);
    if (store.unsettled) end_at_hole(parts);
  }
  std::sort(streams.begin(), streams.end(), [](const auto& a, const auto& b) {
    return std::pair(a.ordinal, a.id) < std::pair(b.ordinal, b.id);
  });
  return streams;
}

std::vector<ArenaTail> arena_tails(const StreamParts& parts, std::uint64_t next_seq) {
  std::vector<ArenaTail> tails;
  bool continues = !parts.segments.empty();
  for (const ArenaPart& part : parts.arenas) {
    tails.push_back(arena_tail(*part.stream, next_seq, continues, part.lane->writer_alive));
    continues = continues || !tails.back().items.empty();
    next_seq = std::max(next_seq, tails.back().next_seq);
  }
  return tails;
}

JoinedFacts join_facts(const StreamParts& parts) {
  JoinedFacts joined;
  joined.facts = segment_facts(parts);
  for (const SegmentPart& part : parts.segments) {
    joined.newest_lane = part.lane;
    const auto next = part.segment->reader->stream(part.number).facts.next_seq;
    if (next == 0 || !(part.segment->durable || part.lane->catalog.clean)) continue;
    joined.durable_seq = std::max(joined.durable_seq.value_or(0), next - 1);
  }
  const auto tails = arena_tails(parts, joined.facts.next_seq);
  for (std::size_t i = 0; i < tails.size(); ++i) {
    joined.facts.append(tails[i].facts);
    joined.arena_events += tails[i].facts.event_count;
  }
  if (!parts.arenas.empty()) joined.newest_lane = parts.arenas.back().lane;
  return joined;
}

void set_facts(StreamMetadata& metadata, const event::StreamFacts& facts) noexcept {
  metadata.event_count = facts.event_count;
  metadata.token_count = facts.token_count;
  metadata.start_ts = facts.start_ts;
  metadata.end_ts = facts.end_ts;
  metadata.completed = facts.completed;
  metadata.has_error = facts.has_error;
  metadata.gaps = facts.gap_events;
  metadata.next_seq = facts.next_seq;
  if (facts.has_end) {
    metadata.status = facts.ends_in_error ? StreamStatus::error : StreamStatus::completed;
  }
}

Result<StreamMetadata> metadata_of(const StreamParts& parts, bool strict) {
  const JoinedFacts joined = join_facts(parts);
  const event::StreamFacts& facts = joined.facts;
  StreamMetadata metadata;
  metadata.stream_id = parts.id;
  metadata.name_space = parts.name_space;
  set_facts(metadata, facts);
  // `open` says that the writer is alive, not that a Recorder still holds the stream: one that was
  // closed without COMPLETE or ERROR stays `open` until its Log ends.
  const bool alive = joined.newest_lane != nullptr && joined.newest_lane->writer_alive;
  if (!facts.has_end && alive) metadata.status = StreamStatus::open;
  metadata.durable_seq = joined.durable_seq;
  metadata.ordinal = parts.ordinal;
  if (facts.has_start) {
    auto options = last_options(parts, strict);
    if (!options) return options.status();
    metadata.options = *std::move(options);
  }
  return metadata;
}

}  // namespace reel::reader
