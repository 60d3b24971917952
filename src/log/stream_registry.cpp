#include "log/stream_registry.hpp"

#include <algorithm>
#include <thread>

#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "log/stream_names.hpp"

namespace reel::log {
namespace {

// So far a clock may have been set back between two lives of a stream.
constexpr std::int64_t kClocksApartUs = std::int64_t{24} * 3600 * 1'000'000;

Error held_error() {
  return {ErrorCode::busy, 0, "", 0,
          "another Recorder of this process holds the stream; close it first"};
}

// A stream that nothing was recorded of is none.
bool goes_on_elsewhere(const KnownStream& here, const Sighting& elsewhere) {
  return elsewhere.place == Sighting::Place::at_rest &&
         (here.next_seq == 0 || elsewhere.stream.is_after(here));
}

}  // namespace

StreamRegistry::StreamRegistry(io::FileSystem& fs, std::string store,
                               std::shared_ptr<record::Lane> lane, base::Clock& clock,
                               SegmentIndex index, std::unique_ptr<Neighbours> neighbours,
                               std::chrono::milliseconds patience)
    : fs_(fs),
      store_(std::move(store)),
      lane_(std::move(lane)),
      clock_(clock),
      index_(std::move(index)),
      neighbours_(std::move(neighbours)),
      patience_(patience),
      slots_(lane_),
      open_(lane_->arena()) {}

// The lock is not kept while another lane is waited for: the writer needs it.
StreamRegistry::State StreamRegistry::open(std::string_view name_space, std::string_view id) {
  if (Status status = check_names(name_space, id); !status) return status;
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    auto state = try_open(name_space, id);
    if (!state || *state != nullptr) return state;
    if (std::chrono::steady_clock::now() >= deadline) {
      return Error{ErrorCode::busy, 0, store_, 0,
                   "another process is opening the stream, or has yet to write what it recorded "
                   "of it; try again"};
    }
    std::this_thread::sleep_for(pause());
  }
}

// Not the same for two lanes that give way to each other.
std::chrono::microseconds StreamRegistry::pause() {
  constexpr std::uint64_t kLeastUs = 500;
  const std::lock_guard lock(mutex_);
  return std::chrono::microseconds(kLeastUs + incarnations_.next_nonzero() % (2 * kLeastUs));
}

StreamRegistry::State StreamRegistry::try_open(std::string_view name_space, std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (const auto slot = open_.find(name_space, id)) return open_again(*slot, name_space, id);
  auto known = last_known(name_space, id);
  if (!known) return known.status();
  return open_in_slot(name_space, id, *known ? **known : new_stream());
}

// A stream whose slot is still there: its last events may not be written yet.
StreamRegistry::State StreamRegistry::open_again(std::uint32_t slot_index,
                                                 std::string_view name_space, std::string_view id) {
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  const KnownStream here = slots_.left_in(slot_index);
  if (here.next_seq == arena::kStreamOpen) return held_error();
  if (slot.gap_count.load(std::memory_order_acquire) != 0) {
    return Error{ErrorCode::busy, 0, "", 0,
                 "the stream ended in dropped events that are about to be written; try again"};
  }
  slot.closed_at.store(arena::kStreamOpening, std::memory_order_seq_cst);
  auto state = state_for(slot_index, here.next_seq, here.last_us);
  const auto elsewhere = look_elsewhere(name_space, id);
  const auto deleted = catalog::is_deleted(fs_, store_, here.incarnation);
  const bool moving = elsewhere && elsewhere->place == Sighting::Place::moving;
  const bool gone_on = elsewhere && goes_on_elsewhere(here, *elsewhere);
  if (elsewhere && !moving && !gone_on && deleted && !*deleted) {
    slot.wanted.store(0, std::memory_order_relaxed);
    slot.closed_at.store(arena::kStreamOpen, std::memory_order_release);
    return state;
  }
  lane_->release_stream(*state);  // as it was; the writer finishes it under its own incarnation
  if (!elsewhere) return elsewhere.status();
  if (moving) return State(nullptr);
  if (!deleted) return deleted.status();
  if (gone_on) lane_->arena().header().takeovers.fetch_add(1, std::memory_order_release);
  return open_in_slot(name_space, id, gone_on ? elsewhere->stream : new_stream(here.ordinal));
}

StreamRegistry::State StreamRegistry::open_in_slot(std::string_view name_space, std::string_view id,
                                                   KnownStream stream) {
  const auto slot = slots_.take(name_space, id);
  if (!slot) return slot.status();
  slots_.begin(*slot, stream);
  const auto elsewhere = look_elsewhere(name_space, id);
  if (elsewhere && goes_on_elsewhere(stream, *elsewhere)) {
    stream = elsewhere->stream;
    slots_.begin(*slot, stream);
    lane_->arena().header().takeovers.fetch_add(1, std::memory_order_release);
  }
  const bool moving = elsewhere && elsewhere->place == Sighting::Place::moving;
  const Status status = elsewhere && !moving ? settle(*slot, stream) : elsewhere.status();
  if (!status || moving) {
    slots_.give(*slot);
    return status ? State(nullptr) : State(status);
  }
  lane_->arena().slot(*slot).closed_at.store(arena::kStreamOpen, std::memory_order_release);
  open_.put(*slot);
  if (!recent_.empty()) recent_.erase(key_of(name_space, id));
  return state_for(*slot, stream.next_seq, stream.last_us);
}

Status StreamRegistry::settle(std::uint32_t slot_index, KnownStream& stream) {
  if (stream.next_seq == 0) return {};
  const auto deleted = catalog::is_deleted(fs_, store_, stream.incarnation);
  if (!deleted || !*deleted) return deleted.status();
  stream = new_stream(stream.ordinal);
  slots_.begin(slot_index, stream);
  return {};
}

Result<Sighting> StreamRegistry::look_elsewhere(std::string_view name_space, std::string_view id) {
  if (neighbours_->none()) return Sighting();
  auto sighting = neighbours_->find(name_space, id);
  if (sighting && sighting->place == Sighting::Place::held) return busy_elsewhere(*sighting);
  return sighting;
}

Error StreamRegistry::busy_elsewhere(const Sighting& sighting) const {
  return {ErrorCode::busy, 0, store_, 0,
          neighbours_->holder(sighting.lane) +
              " records this stream; close it there first or wait for it to end"};
}

Result<std::optional<KnownStream>> StreamRegistry::last_known(std::string_view name_space,
                                                              std::string_view id) {
  if (!recent_.empty()) {
    const auto recent = recent_.find(key_of(name_space, id));
    if (recent != recent_.end()) return std::optional(recent->second.stream);
  }
  return index_.find(name_space, id);
}

// Ordinals are nanoseconds of the wall clock, made to ascend: comparable between lanes without a
// shared counter. Always above that of the incarnation before it, which must not come to be the
// newest because a clock was set back.
KnownStream StreamRegistry::new_stream(std::uint64_t after_ordinal) {
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.wall_us(), 1)) * 1000;
  last_ordinal_ = std::max({last_ordinal_ + 1, after_ordinal + 1, now});
  return {incarnations_.next_nonzero(), last_ordinal_, 0, 0, 0};
}

// The newest of the stream that there is, held by nobody.
Result<std::optional<KnownStream>> StreamRegistry::to_delete(std::string_view name_space,
                                                             std::string_view id) {
  std::optional<KnownStream> stream;
  if (const auto found = open_.find(name_space, id)) {
    stream = slots_.left_in(*found);
    if (arena::is_held(stream->next_seq)) return held_error();
  } else {
    auto known = last_known(name_space, id);
    if (!known) return known;
    stream = *known;
  }
  const auto elsewhere = look_elsewhere(name_space, id);
  if (!elsewhere) return elsewhere.status();
  if (elsewhere->place == Sighting::Place::moving) return busy_elsewhere(*elsewhere);
  if (goes_on_elsewhere(stream.value_or(KnownStream()), *elsewhere)) stream = elsewhere->stream;
  return stream;
}

Result<bool> StreamRegistry::remove(std::string_view name_space, std::string_view id) {
  if (Status status = check_names(name_space, id); !status) return status;
  const std::lock_guard lock(mutex_);
  const auto stream = to_delete(name_space, id);
  if (!stream) return stream.status();
  // Snapshots first: a stream without them is whole, but those of a deleted one must not stay to be
  // taken for its successor's.
  Status dropped = catalog::SavedSnapshots(fs_, store_, name_space, id).drop();
  if (!dropped) return dropped;
  if (!*stream || (*stream)->next_seq == 0) return false;
  const std::uint64_t incarnation = (*stream)->incarnation;
  const auto already = catalog::is_deleted(fs_, store_, incarnation);
  if (!already) return already.status();
  if (*already) return false;
  const catalog::Tombstone tombstone{std::string(name_space), std::string(id), incarnation,
                                     (*stream)->ordinal, clock_.wall_us()};
  Status status = catalog::save_tombstone(fs_, store_, tombstone);
  if (!status) return status;
  // Opened elsewhere meanwhile, by who had not seen the tombstone?
  const auto elsewhere = look_for_opener(name_space, id, incarnation);
  if (elsewhere && !*elsewhere) return true;
  (void)catalog::remove_tombstone(fs_, store_, incarnation);
  return elsewhere ? busy_elsewhere(**elsewhere) : elsewhere.error();
}

// Who holds that life of the stream. One that is being opened is looked at until it is known
// whether its opener has seen the tombstone: then it comes to be another life, and the old one
// stays deleted.
Result<std::optional<Sighting>> StreamRegistry::look_for_opener(std::string_view name_space,
                                                                std::string_view id,
                                                                std::uint64_t incarnation) {
  constexpr int kLooksMax = 200;
  constexpr std::chrono::milliseconds kPause(1);
  std::optional<Sighting> none;
  for (int i = 0; !neighbours_->none(); ++i) {
    const auto sighting = neighbours_->find(name_space, id);
    if (!sighting) return sighting.status();
    const bool opening = sighting->place == Sighting::Place::moving && sighting->opening;
    const bool held = sighting->place == Sighting::Place::held;
    if ((!held && !opening) || sighting->stream.incarnation != incarnation) break;
    if (held || i == kLooksMax) return std::optional(*sighting);
    std::this_thread::sleep_for(kPause);
  }
  return none;
}

std::unique_ptr<detail::RecorderState> StreamRegistry::state_for(std::uint32_t slot_index,
                                                                 std::uint64_t next_seq,
                                                                 std::int64_t last_us) {
  auto state = std::make_unique<detail::RecorderState>();
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  state->lane = lane_;
  state->slot = &slot;
  state->slot_index = slot_index;
  state->incarnation = static_cast<std::uint32_t>(slot.incarnation.load(std::memory_order_relaxed));
  state->go_on_at(next_seq);
  // A stamp that no clock of this day gave is somebody's own: the clock's stamps do not wait for
  // it.
  state->last_us = last_us <= clock_.wall_us() + kClocksApartUs ? last_us : 0;
  return state;
}

bool StreamRegistry::try_free(std::uint32_t slot_index, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  const KnownStream stream = slots_.left_in(slot_index);
  // Looked at again under the lock: the stream may have been opened, recorded to and closed again.
  if (arena::is_held(stream.next_seq)) return false;
  if (slot.written_seq.load(std::memory_order_acquire) < stream.next_seq) return false;
  const std::string_view name = lane_->arena().name_of(slot);
  // A stream that was deleted and made anew has two slots for a while; the newer one counts.
  if (open_.erase(slot_index) && stream.next_seq > 0) {
    recent_.insert_or_assign(
        key_of(name.substr(0, slot.name_space_bytes), name.substr(slot.name_space_bytes)),
        Recent{stream, epoch});
  }
  slots_.give(slot_index);
  return true;
}

void StreamRegistry::segments_added(const std::vector<segment::SegmentSummary>& segments,
                                    std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  for (const auto& segment : segments) index_.add(segment);
  std::erase_if(recent_, [&](const auto& entry) { return entry.second.epoch < epoch; });
}

Status StreamRegistry::replace_segments(const catalog::LaneCatalog& catalog,
                                        std::span<const std::uint64_t> expired) {
  const std::lock_guard lock(mutex_);
  bool busy = false;
  const auto look = [&](std::uint64_t incarnation) {
    busy |= std::binary_search(expired.begin(), expired.end(), incarnation);
  };
  arena::Arena& arena = lane_->arena();
  for (std::uint32_t i = 0; i < arena.header().slots_used.load(std::memory_order_relaxed); ++i) {
    look(arena.slot(i).incarnation.load(std::memory_order_relaxed));
  }
  for (const auto& [key, recent] : recent_) look(recent.stream.incarnation);
  if (busy) {
    return Error{ErrorCode::busy, 0, store_, 0, "a stream that was to go is recorded again"};
  }
  index_.replace(catalog);
  return {};
}

bool StreamRegistry::anybody_else() const {
  const std::lock_guard lock(mutex_);
  return neighbours_->anybody();
}

void StreamRegistry::tidy() noexcept {
  const std::lock_guard lock(mutex_);
  neighbours_->let_go();
}

std::uint32_t StreamRegistry::open_streams() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(open_.size());
}

}  // namespace reel::log
