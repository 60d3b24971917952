#include "reader/followed_lane.hpp"

#include "reader/arena_access.hpp"
#include "reader/arena_tail.hpp"

namespace reel::reader {
namespace {

// Where the arena cannot be read, so many polls go by between looks into the segments.
constexpr std::uint32_t kBlindPolls = 16;
// While a lane's arena is watched and has not ended, arena.ref is read once in so many polls.
constexpr std::uint32_t kQuietPolls = 16;

bool same(const std::optional<catalog::ArenaRef>& a, const std::optional<catalog::ArenaRef>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->arena_id == b->arena_id && a->path == b->path && a->consumed == b->consumed);
}

}  // namespace

FollowedLane::FollowedLane(io::FileSystem& fs, std::string store, const segment::Uuid& uuid,
                           std::uint32_t number)
    : fs_(fs),
      store_(std::move(store)),
      uuid_(uuid),
      number_(number),
      directory_(catalog::lane_directory(store_, number)) {}

bool FollowedLane::poll(FollowedStreams& streams, std::vector<FollowedStream*>& touched) {
  const bool quiet = watch_ != nullptr && !watch_->ended() && ++quiet_polls_ % kQuietPolls != 0;
  bool look = !quiet && find_arena();
  if (watch_ == nullptr) return look;
  auto seen = watch_->look();
  look |= seen.missed;
  for (arena::WatchedFrame& frame : seen.frames) {
    look |= take(std::move(frame), first_look_, streams, touched);
  }
  first_look_ = false;
  if (const std::uint32_t listings = watch_->listings(); listings != listings_) {
    listings_ = listings;
    look = true;
  }
  return look;
}

std::optional<std::uint32_t> FollowedLane::arrivals() const {
  return watch_ == nullptr ? std::nullopt : std::optional(watch_->arrivals());
}

// The arena that arena.ref names now. When it is another one, or none any more, whatever was in the
// last one is in segments.
bool FollowedLane::find_arena() {
  const auto loaded = catalog::load_arena_ref(fs_, directory_);
  const std::optional<catalog::ArenaRef> ref = loaded ? std::optional(*loaded) : std::nullopt;
  bool look = !same(ref, ref_);
  if (look) {
    leave();
    ref_ = ref;
  }
  if (watch_ != nullptr || !ref_ || ref_->consumed) return look;
  auto watch = watch_arena(fs_, store_, uuid_, *ref_);
  if (!watch) return look || ++blind_polls_ % kBlindPolls == 0;
  watch_ = *std::move(watch);
  first_look_ = true;
  return true;
}

void FollowedLane::leave() {
  for (const Slot& slot : slots_) {
    if (slot.stream != nullptr) --slot.stream->slots;
  }
  slots_.clear();
  watch_.reset();
}

// True: what the frame tells can only be understood from the segments.
bool FollowedLane::take(arena::WatchedFrame frame, bool first_look, FollowedStreams& streams,
                        std::vector<FollowedStream*>& touched) {
  if (frame.slot >= watch_->slots()) return true;  // damaged
  if (frame.slot >= slots_.size()) slots_.resize(watch_->slots());
  const Slot& slot = slots_[frame.slot];
  const bool known =
      slot.incarnation != 0 && static_cast<std::uint32_t>(slot.incarnation) == frame.incarnation;
  // Given up: then it is written.
  if (!known && !meet(frame.slot, frame.incarnation, streams)) return true;
  FollowedStream* const stream = slot.stream;
  if (stream == nullptr) return false;
  // What comes to light after the first look was recorded after it: a stream that begins so is new.
  if (!stream->placed && frame.seq == 0 && !first_look) stream->placed = true;
  if (stream->placed && seq_after(frame.seq, frame.event) <= stream->next_seq) return false;
  if (stream->waiting.empty()) touched.push_back(stream);
  stream->waiting.push_back(std::move(frame));
  return !stream->placed;
}

// Who holds the slot? False: no longer the stream that the frame is of.
bool FollowedLane::meet(std::uint32_t index, std::uint32_t incarnation, FollowedStreams& streams) {
  const auto found = watch_->stream_in(index);
  if (!found || static_cast<std::uint32_t>(found->incarnation) != incarnation) return false;
  Slot& slot = slots_[index];
  if (slot.stream != nullptr) --slot.stream->slots;
  slot = {found->incarnation, nullptr};
  if (!streams.wanted(found->name_space, found->id)) return true;
  FollowedStream& stream = streams.at(found->incarnation);
  stream.id = found->id;
  stream.ordinal = found->ordinal;
  stream.first_seq_in_arena = found->first_seq;
  ++stream.slots;
  slot.stream = &stream;
  return true;
}

}  // namespace reel::reader
