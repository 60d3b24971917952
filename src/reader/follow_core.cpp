#include "reader/follow_core.hpp"

#include <algorithm>
#include <utility>

namespace reel::detail {
namespace {

// A hole that so many looks into the segments have not filled is a loss.
constexpr std::uint32_t kLooksAtHole = 3;
// A tombstone that was taken back (somebody opened the stream meanwhile) is gone before so many.
constexpr std::uint32_t kLooksAtTombstone = 64;
constexpr std::uint32_t kPollsBetweenLists = 16;

std::uint64_t last_listed(const reader::Lane& lane) {
  return lane.catalog.segments.empty() ? 0 : lane.catalog.segments.back().number;
}

std::uint64_t events_in(const reader::Segment& segment) {
  return segment.reader->events() + segment.reader->gap_records();
}

}  // namespace

FollowCore::FollowCore(io::FileSystem& fs, std::string path, const segment::Uuid& store,
                       FollowOptions options)
    : fs_(fs), path_(std::move(path)), store_(store), streams_(std::move(options)) {}

Result<std::unique_ptr<FollowCore>> FollowCore::open(io::FileSystem& fs, std::string path,
                                                     FollowOptions options) {
  const auto identity = catalog::load_store(fs, path);
  if (!identity) return identity.status();
  std::unique_ptr<FollowCore> core(
      new FollowCore(fs, std::move(path), identity->uuid, std::move(options)));
  if (Status status = core->find_lanes(); !status) return status;
  return core;
}

Status FollowCore::find_lanes() {
  const auto numbers = catalog::list_lanes(fs_, path_);
  if (!numbers) return numbers.status();
  for (const std::uint32_t number : *numbers) lane(number);
  return {};
}

reader::FollowedLane& FollowCore::lane(std::uint32_t number) {
  const auto at = std::find_if(lanes_.begin(), lanes_.end(),
                               [&](const auto& lane) { return lane->number() >= number; });
  if (at != lanes_.end() && (*at)->number() == number) return **at;
  look_wanted_ = true;
  return **lanes_.insert(at, std::make_unique<reader::FollowedLane>(fs_, path_, store_, number));
}

// A lane that records is told of every other one that begins to.
Status FollowCore::find_new_lanes() {
  bool told = false;
  std::uint32_t arrivals = 0;
  for (const auto& lane : lanes_) {
    const auto here = lane->arrivals();
    told |= here.has_value();
    arrivals += here.value_or(0);
  }
  if (told && arrivals == arrivals_ && ++polls_ % kPollsBetweenLists != 0) return {};
  arrivals_ = arrivals;
  return find_lanes();
}

Status FollowCore::poll() {
  if (stage_ != Stage::drained) return {};
  if (Status status = find_new_lanes(); !status) return status;
  for (const auto& lane : lanes_) look_wanted_ |= lane->poll(streams_, waiting_);
  looked_ = false;
  if (look_wanted_) {
    if (Status status = look(); !status) return status;
  }
  stage_ = Stage::behind;
  return {};
}

bool FollowCore::next() {
  if (stage_ == Stage::behind) {
    if (next_behind()) return true;
    stage_ = Stage::ready;
    gather();
  }
  if (stage_ == Stage::ready) {
    if (next_ready()) return true;
    stage_ = Stage::drained;
    if (looked_) settle();
  }
  return false;
}

bool FollowCore::give(reader::FollowedStream& stream, std::uint64_t seq, const EventView& event) {
  const std::uint64_t after = reader::seq_after(seq, event);
  if (after <= stream.next_seq) return false;
  stream.next_seq = after;
  envelope_ = {stream.id, seq, event};
  return true;
}

bool FollowCore::next_behind() {
  for (; at_behind_ < behind_.size(); ++at_behind_) {
    Behind& behind = behind_[at_behind_];
    reader::FollowedStream& stream = *behind.stream;
    if (cursor_ == nullptr) {
      cursor_ = std::make_unique<CursorCore>(view_, behind.parts,
                                             CursorCore::Range{stream.next_seq, UINT64_MAX}, false);
    }
    while (cursor_->next()) {
      if (give(stream, cursor_->view().seq, cursor_->view().event)) return true;
    }
    cursor_.reset();
    stream.next_seq = std::max(stream.next_seq, behind.end_seq);  // what is damaged is passed over
  }
  return false;
}

bool FollowCore::next_ready() {
  while (at_ready_ < ready_.size()) {
    const Ready& ready = ready_[at_ready_++];
    if (give(*ready.stream, ready.frame.seq, ready.frame.event)) return true;
  }
  return false;
}

// What waits, each stream up to its first hole, in the order of the stamps.
void FollowCore::gather() {
  ready_.clear();
  at_ready_ = 0;
  std::erase_if(waiting_, [&](reader::FollowedStream* stream) { return gather(*stream); });
  look_wanted_ |= !waiting_.empty();
  std::sort(ready_.begin(), ready_.end(), [](const Ready& a, const Ready& b) {
    return std::pair(a.order, a.place) < std::pair(b.order, b.place);
  });
}

// True: nothing waits any more.
bool FollowCore::gather(reader::FollowedStream& stream) {
  if (!stream.placed) return false;  // the look has not worked
  auto& waiting = stream.waiting;
  if (stream.deleted) {
    stream.looks_at_hole += looked_ ? 1 : 0;
    if (stream.looks_at_hole >= kLooksAtTombstone) waiting.clear();
    return waiting.empty();
  }
  std::sort(waiting.begin(), waiting.end(),
            [](const auto& a, const auto& b) { return a.seq < b.seq; });
  std::uint64_t next = stream.next_seq;
  std::size_t used = 0;
  double order = 0;
  for (; used < waiting.size(); ++used) {
    arena::WatchedFrame& frame = waiting[used];
    if (frame.seq > next) {
      stream.looks_at_hole += looked_ ? 1 : 0;
      if (stream.looks_at_hole < kLooksAtHole) break;
    }
    const std::uint64_t after = reader::seq_after(frame.seq, frame.event);
    if (after <= next) continue;
    next = after;
    stream.looks_at_hole = 0;
    order = std::max(order, frame.event.ts_ms);
    ready_.push_back({order, ready_.size(), &stream, std::move(frame)});
  }
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(used));
  return waiting.empty();
}

reader::FollowedLane* FollowCore::followed(const reader::Lane& lane) const {
  const auto at = std::find_if(lanes_.begin(), lanes_.end(), [&](const auto& candidate) {
    return candidate->directory() == lane.directory;
  });
  return at == lanes_.end() ? nullptr : at->get();
}

// All of the view's segments was given: those that its catalogs list are done with.
void FollowCore::settle() {
  bool more_done = false;
  for (const reader::Lane& lane : view_->lanes) {
    auto* const known = followed(lane);
    if (known == nullptr) continue;
    const std::uint64_t last = last_listed(lane);
    for (const reader::Segment& segment : lane.segments) {
      if (segment.number <= known->done_segment) continue;
      if (segment.number > last) {
        compared_[segment.reader->header().segment_id] = events_in(segment);
      } else {
        compared_.erase(segment.reader->header().segment_id);
        mark_done(segment);
      }
    }
    more_done |= last > known->done_segment;
    known->done_segment = std::max(known->done_segment, last);
  }
  if (more_done) forget();
}

void FollowCore::mark_done(const reader::Segment& segment) {
  for (std::uint32_t i = 0; i < segment.reader->stream_count(); ++i) {
    const auto found = segment.reader->stream(i);
    auto* const stream = streams_.find(found.identity.incarnation);
    if (stream != nullptr) stream->done_seq = std::max(stream->done_seq, found.facts.next_seq);
  }
}

void FollowCore::forget() {
  streams_.nothing_in_others();
  for (const reader::Lane& lane : view_->lanes) {
    const auto* const known = followed(lane);
    for (const reader::Segment& segment : lane.segments) {
      if (known != nullptr && segment.number <= known->done_segment) continue;
      for (std::uint32_t i = 0; i < segment.reader->stream_count(); ++i) {
        auto* const stream = streams_.find(segment.reader->stream(i).identity.incarnation);
        if (stream != nullptr) stream->in_others = true;
      }
    }
  }
  streams_.forget_done();
}

std::string FollowCore::cursor() const {
  reader::FollowPlace place;
  place.store = store_;
  place.streams = reader::streams_key(streams_.options());
  for (const auto& lane : lanes_) {
    if (lane->done_segment > 0) place.lanes.emplace(lane->number(), lane->done_segment);
  }
  place.next_seqs = streams_.next_seqs();
  return reader::place_text(place);
}

}  // namespace reel::detail
