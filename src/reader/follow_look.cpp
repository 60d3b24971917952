// FollowCore's looks into the segments, and where it begins.
#include <algorithm>

#include "io/errors.hpp"
#include "reader/follow_core.hpp"

namespace reel::detail {
namespace {

std::uint64_t last_listed(const reader::Lane& lane) {
  return lane.catalog.segments.empty() ? 0 : lane.catalog.segments.back().number;
}

bool is_deleted(const reader::StoreView& view, std::uint64_t incarnation) {
  return std::binary_search(view.deleted.begin(), view.deleted.end(), incarnation);
}

Error no_cursor(const std::string& why) { return {ErrorCode::invalid_argument, 0, "", 0, why}; }

}  // namespace

// A look that did not settle shows streams with holes: another one, by the next poll.
Status FollowCore::look() {
  cursor_.reset();  // holds the view that may move on in place
  behind_.clear();
  at_behind_ = 0;
  ReaderOptions options;
  options.arena = false;
  options.mmap = streams_.options().mmap;
  if (view_ != nullptr) note_damage();
  auto view = reader::look(fs_, path_, options, view_.get(), view_.use_count() == 1);
  if (!view) return view.status();
  view_ = *std::move(view);
  note_damage();
  mark_deleted();
  if (view_->unsettled) return {};
  looked_ = true;
  look_wanted_ = false;
  find_behind();
  for (reader::FollowedStream* stream : waiting_) {
    if (!stream->placed) place(*stream);
  }
  return {};
}

void FollowCore::note_damage() {
  const auto note = [&](const Damage& damage) {
    const bool known = std::any_of(damage_.begin(), damage_.end(), [&](const Damage& d) {
      return d.file == damage.file && d.offset == damage.offset && d.what == damage.what;
    });
    if (!known) damage_.push_back(damage);
  };
  for (const reader::Lane& lane : view_->lanes) {
    for (const Damage& damage : lane.damage) note(damage);
    for (const reader::Segment& segment : lane.segments) {
      for (const Damage& damage : segment.reader->damage()) note(damage);
    }
  }
}

// Or no longer, if the tombstone was taken back.
void FollowCore::mark_deleted() {
  for (reader::FollowedStream* stream : waiting_) {
    if (!stream->deleted || is_deleted(*view_, stream->incarnation)) continue;
    stream->deleted = false;
    stream->looks_at_hole = 0;
    compared_.clear();
  }
  for (const std::uint64_t incarnation : view_->deleted) {
    if (auto* const stream = streams_.find(incarnation)) stream->deleted = true;
  }
}

void FollowCore::find_behind() {
  std::unordered_map<std::uint64_t, std::size_t> places;  // in behind_, by incarnation
  for (const reader::Lane& seen : view_->lanes) {
    const auto* const known = followed(seen);
    const std::uint64_t done = known == nullptr ? 0 : known->done_segment;
    for (const reader::Segment& segment : seen.segments) {
      if (segment.number > done) compare(seen, segment, places);
    }
  }
  for (Behind& behind : behind_) {
    std::sort(behind.parts.segments.begin(), behind.parts.segments.end(),
              [](const auto& a, const auto& b) {
                return std::pair(a.first_seq, a.segment->number) <
                       std::pair(b.first_seq, b.segment->number);
              });
    if (behind.stream->placed) continue;
    // Of a stream that is not known here nothing in these segments was seen.
    behind.stream->next_seq = behind.parts.segments.front().first_seq;
    behind.stream->placed = true;
  }
  std::sort(behind_.begin(), behind_.end(),
            [](const Behind& a, const Behind& b) { return a.parts.ordinal < b.parts.ordinal; });
}

// Streams that have more in the segment than was given go to behind_, or get another part there.
void FollowCore::compare(const reader::Lane& lane, const reader::Segment& segment,
                         std::unordered_map<std::uint64_t, std::size_t>& places) {
  const auto compared = compared_.find(segment.reader->header().segment_id);
  const std::uint64_t events = segment.reader->events() + segment.reader->gap_records();
  if (compared != compared_.end() && compared->second == events) return;
  // Of one that others were merged into, what came from those that are done with was given.
  const auto* const known = followed(lane);
  const auto lineage = segment.reader->lineage();
  for (std::uint32_t i = 0; i < segment.reader->stream_count(); ++i) {
    const auto found = segment.reader->stream(i);
    const auto& identity = found.identity;
    if (!found.facts.has_events || !streams_.wanted(identity.name_space, identity.id)) continue;
    if (is_deleted(*view_, identity.incarnation)) continue;
    const std::uint64_t given =
        lineage && known != nullptr ? lineage->next_seq(i, known->done_segment) : 0;
    if (given >= found.facts.next_seq) continue;
    reader::FollowedStream& stream = streams_.at(identity.incarnation);
    if (stream.id.empty()) stream.id = identity.id;
    if (given > 0) {  // nothing is missing in a piece, so what comes next begins there
      stream.next_seq = std::max(stream.placed ? stream.next_seq : 0, given);
      stream.done_seq = std::max(stream.done_seq, given);
      stream.placed = true;
    }
    if (stream.placed && found.facts.next_seq <= stream.next_seq) continue;
    const auto [place, fresh] = places.try_emplace(identity.incarnation, behind_.size());
    if (fresh) {
      behind_.push_back({&stream, {}, 0});
      reader::StreamParts& parts = behind_.back().parts;
      parts.name_space = identity.name_space;
      parts.id = identity.id;
      parts.incarnation = identity.incarnation;
      parts.ordinal = identity.ordinal;
    }
    Behind& behind = behind_[place->second];
    behind.parts.segments.push_back({&lane, &segment, i, found.facts.first_seq});
    behind.end_seq = std::max(behind.end_seq, found.facts.next_seq);
  }
}

// A stream met in an arena, of which no segment has anything that was not given: all that segments
// hold of it was.
void FollowCore::place(reader::FollowedStream& stream) const {
  const auto parts = reader::find_stream(*view_, streams_.options().name_space, stream.id);
  std::uint64_t seq = stream.first_seq_in_arena;
  if (parts && parts->incarnation == stream.incarnation && !parts->segments.empty()) {
    seq = 0;
    for (const reader::SegmentPart& part : parts->segments) {
      seq = std::max(seq, part.segment->reader->stream(part.number).facts.next_seq);
    }
  }
  stream.next_seq = stream.done_seq = seq;
  stream.placed = true;
}

// What a Reader shows, arenas and all. Of a view that did not settle every stream is named, however
// far it is shown; of another one those that have something outside of the segments that are final.
void FollowCore::skip(const ReaderCore& shown) {
  const reader::StoreView& view = shown.view();
  std::unordered_map<const reader::Segment*, bool> done;
  const auto skip_stream = [&](std::string_view name_space, std::string_view id) {
    if (!streams_.wanted(name_space, id)) return;
    const auto parts = reader::find_stream(view, name_space, id);
    if (!parts) return;
    reader::FollowedStream& stream = streams_.at(parts->incarnation);
    if (stream.placed) return;
    stream.id = id;
    stream.next_seq = reader::join_facts(*parts).facts.next_seq;
    stream.placed = true;
    for (const reader::SegmentPart& part : parts->segments) {
      if (!done[part.segment]) {
        stream.in_others = true;
        continue;
      }
      const auto next = part.segment->reader->stream(part.number).facts.next_seq;
      stream.done_seq = std::max(stream.done_seq, next);
    }
  };
  for (std::size_t i = 0; i < view.lanes.size(); ++i) {
    const std::uint64_t last = view.unsettled ? 0 : last_listed(view.lanes[i]);
    for (const auto& segment : view.lanes[i].segments) done[&segment] = segment.number <= last;
    if (auto* const known = followed(view.lanes[i])) known->done_segment = last;
  }
  for (const auto& [segment, is_done] : done) {
    if (is_done) continue;
    for (std::uint32_t i = 0; i < segment->reader->stream_count(); ++i) {
      const auto stream = segment->reader->stream(i);
      skip_stream(stream.identity.name_space, stream.identity.id);
    }
  }
  for (const auto& [key, part] : view.arena_streams) {
    skip_stream(part.stream->name_space, part.stream->id);
  }
}

Status FollowCore::skip(std::string_view cursor) {
  const auto place = reader::parse_place(cursor);
  if (!place) return no_cursor("this is no cursor, or not a whole one");
  if (!(place->store == store_)) return no_cursor("this cursor is of another store");
  if (place->streams != reader::streams_key(streams_.options())) {
    return no_cursor("this cursor is of other streams: it only goes with those it was made for");
  }
  for (const auto& [number, segment] : place->lanes) lane(number).done_segment = segment;
  for (const auto& [incarnation, seq] : place->next_seqs) {
    reader::FollowedStream& stream = streams_.at(incarnation);
    stream.next_seq = seq;
    stream.placed = true;
  }
  return {};
}

}  // namespace reel::detail
