#include "log/stream_registry.hpp"

#include <algorithm>
#include <cstring>
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
      slots_(lane_->arena()) {
  for (std::uint32_t i = lane_->arena().slots_reserved(); i > 0; --i) free_slots_.push_back(i - 1);
}

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
  if (const auto slot = slots_.find(name_space, id)) return open_again(*slot, name_space, id);
  auto known = last_known(name_space, id);
  if (!known) return known.status();
  return open_in_slot(name_space, id, *known ? **known : new_stream());
}

// A stream whose slot is still there: its last events may not be written yet.
StreamRegistry::State StreamRegistry::open_again(std::uint32_t slot_index,
                                                 std::string_view name_space, std::string_view id) {
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_acquire);
  if (closed_at == arena::kStreamOpen) return held_error();
  if (slot.gap_count.load(std::memory_order_acquire) != 0) {
    return Error{ErrorCode::busy, 0, "", 0,
                 "the stream ended in dropped events that are about to be written; try again"};
  }
  slot.closed_at.store(arena::kStreamOpening, std::memory_order_seq_cst);
  auto state = state_for(slot_index, closed_at, slot.last_us);
  const KnownStream here{slot.incarnation.load(std::memory_order_relaxed), slot.ordinal, closed_at,
                         slot.durable_seq.load(std::memory_order_relaxed), slot.last_us};
  const auto elsewhere = look_elsewhere(name_space, id);
  const auto deleted = catalog::is_deleted(fs_, store_, here.incarnation);
  const bool at_rest = elsewhere && elsewhere->place == Sighting::Place::at_rest;
  const bool gone_on = at_rest && (closed_at == 0 || elsewhere->stream.is_after(here));
  const bool moving = elsewhere && elsewhere->place == Sighting::Place::moving;
  if (elsewhere && !moving && !gone_on && deleted && !*deleted) {
    slot.wanted.store(0, std::memory_order_relaxed);
    slot.closed_at.store(arena::kStreamOpen, std::memory_order_release);
    return state;
  }
  lane_->release_stream(*state);  // as it was; the writer finishes it under its own incarnation
  if (!elsewhere) return elsewhere.status();
  if (moving) return State(nullptr);
  if (!deleted) return deleted.status();
  return open_in_slot(name_space, id, gone_on ? elsewhere->stream : new_stream(slot.ordinal));
}

StreamRegistry::State StreamRegistry::open_in_slot(std::string_view name_space, std::string_view id,
                                                   KnownStream stream) {
  auto index = take_slot();
  if (!index) return index.status();
  arena::StreamSlot& slot = lane_->arena().slot(*index);
  Status status = fill_name(*index, name_space, id);
  bool moving = false;
  if (status) {
    take_stream(slot, stream);
    const auto elsewhere = look_elsewhere(name_space, id);
    status = elsewhere.status();
    moving = elsewhere && elsewhere->place == Sighting::Place::moving;
    if (elsewhere && elsewhere->place == Sighting::Place::at_rest &&
        (stream.next_seq == 0 || elsewhere->stream.is_after(stream))) {
      stream = elsewhere->stream;
      take_stream(slot, stream);
      lane_->arena().header().takeovers.fetch_add(1, std::memory_order_release);
    }
  }
  if (status && !moving) status = settle(slot, stream);
  if (!status || moving) {
    give_slot(*index);
    return status ? State(nullptr) : State(status);
  }
  slot.closed_at.store(arena::kStreamOpen, std::memory_order_release);
  slots_.put(*index);
  if (!recent_.empty()) recent_.erase(key_of(name_space, id));
  return state_for(*index, stream.next_seq, stream.last_us);
}

Status StreamRegistry::settle(arena::StreamSlot& slot, KnownStream& stream) {
  if (stream.next_seq == 0) return {};
  const auto deleted = catalog::is_deleted(fs_, store_, stream.incarnation);
  if (!deleted || !*deleted) return deleted.status();
  stream = new_stream(stream.ordinal);
  take_stream(slot, stream);
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

// The incarnation last: with it the slot is taken, for whoever looks.
void StreamRegistry::take_stream(arena::StreamSlot& slot, const KnownStream& stream) {
  slot.ordinal = stream.ordinal;
  slot.first_seq = stream.next_seq;
  slot.written_seq.store(stream.next_seq, std::memory_order_relaxed);
  slot.durable_seq.store(stream.durable_seq, std::memory_order_relaxed);
  slot.closed_at.store(arena::kStreamOpening, std::memory_order_relaxed);
  slot.gap_first.store(0, std::memory_order_relaxed);
  slot.gap_count.store(0, std::memory_order_relaxed);
  slot.wanted.store(0, std::memory_order_relaxed);
  slot.incarnation.store(stream.incarnation, std::memory_order_seq_cst);
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
  if (const auto found = slots_.find(name_space, id)) {
    const arena::StreamSlot& slot = lane_->arena().slot(*found);
    const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_acquire);
    if (arena::is_held(closed_at)) return held_error();
    stream = {slot.incarnation.load(std::memory_order_relaxed), slot.ordinal, closed_at, 0, 0};
  } else {
    auto known = last_known(name_space, id);
    if (!known) return known;
    stream = *known;
  }
  const auto elsewhere = look_elsewhere(name_space, id);
  if (!elsewhere) return elsewhere.status();
  if (elsewhere->place == Sighting::Place::moving) return busy_elsewhere(*elsewhere);
  if (elsewhere->place == Sighting::Place::at_rest &&
      (!stream || stream->next_seq == 0 || elsewhere->stream.is_after(*stream))) {
    stream = elsewhere->stream;
  }
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
  const auto elsewhere = look_elsewhere(name_space, id);
  if (elsewhere && elsewhere->place != Sighting::Place::moving) return true;
  (void)catalog::remove_tombstone(fs_, store_, incarnation);
  return elsewhere ? busy_elsewhere(*elsewhere) : elsewhere.error();
}

// The slot will be taken next, and is in no cache.
void StreamRegistry::expect(std::uint32_t slot_index) noexcept {
  constexpr std::size_t kLine = 64;
  const char* const slot = reinterpret_cast<const char*>(&lane_->arena().slot(slot_index));
  for (std::size_t at = 0; at < 3 * kLine; at += kLine) __builtin_prefetch(slot + at, 1);
}

Result<std::uint32_t> StreamRegistry::take_slot() {
  if (free_slots_.empty()) {
    auto more = lane_->arena().reserve_slots();
    if (!more) return more.status();
    for (std::uint32_t i = more->count; i > 0; --i) free_slots_.push_back(more->first + i - 1);
  }
  if (free_slots_.empty()) {
    return Error{ErrorCode::full, 0, "", 0,
                 "as many streams are open as LogOptions::open_streams_max allows; close some"};
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  if (!free_slots_.empty()) expect(free_slots_.back());
  return slot;
}

Status StreamRegistry::fill_name(std::uint32_t slot_index, std::string_view name_space,
                                 std::string_view id) {
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  const std::size_t bytes = name_space.size() + id.size();
  slot.name_chunk = arena::kNoChunk;
  if (bytes > arena::kSlotNameBytes && !lane_->take_name_chunk(slot.name_chunk)) {
    return Error{ErrorCode::full, 0, "", 0, "the arena has no room for a stream id this long"};
  }
  char* to = slot.name_chunk == arena::kNoChunk ? slot.name : lane_->arena().chunk(slot.name_chunk);
  std::memcpy(to, name_space.data(), name_space.size());
  std::memcpy(to + name_space.size(), id.data(), id.size());
  slot.name_space_bytes = static_cast<std::uint16_t>(name_space.size());
  slot.id_bytes = static_cast<std::uint16_t>(id.size());
  lane_->arena().tag(slot_index).store(arena::tag_of(arena::name_hash(name_space, id)),
                                       std::memory_order_release);
  return {};
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
  state->next_seq = next_seq;
  // A stamp that no clock of this day gave is somebody's own: the clock's stamps do not wait for
  // it.
  state->last_us = last_us <= clock_.wall_us() + kClocksApartUs ? last_us : 0;
  return state;
}

void StreamRegistry::give_slot(std::uint32_t slot_index) {
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  slot.incarnation.store(0, std::memory_order_release);
  slot.closed_at.store(arena::kStreamOpen, std::memory_order_release);  // freed once only
  lane_->arena().tag(slot_index).store(0, std::memory_order_relaxed);
  if (slot.name_chunk != arena::kNoChunk) lane_->give_chunk(slot.name_chunk);
  slot.name_chunk = arena::kNoChunk;
  free_slots_.push_back(slot_index);
}

bool StreamRegistry::try_free(std::uint32_t slot_index, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  arena::StreamSlot& slot = lane_->arena().slot(slot_index);
  const std::uint64_t closed_at = slot.closed_at.load(std::memory_order_acquire);
  // Looked at again under the lock: the stream may have been opened, recorded to and closed again.
  if (arena::is_held(closed_at)) return false;
  if (slot.written_seq.load(std::memory_order_acquire) < closed_at) return false;
  const std::string_view name = lane_->arena().name_of(slot);
  // A stream that was deleted and made anew has two slots for a while; the newer one counts.
  if (slots_.erase(slot_index) && closed_at > 0) {
    const KnownStream stream{slot.incarnation.load(std::memory_order_relaxed), slot.ordinal,
                             closed_at, slot.durable_seq.load(std::memory_order_relaxed),
                             slot.last_us};
    recent_.insert_or_assign(
        key_of(name.substr(0, slot.name_space_bytes), name.substr(slot.name_space_bytes)),
        Recent{stream, epoch});
  }
  give_slot(slot_index);
  return true;
}

void StreamRegistry::segments_added(const std::vector<segment::SegmentSummary>& segments,
                                    std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  for (const auto& segment : segments) index_.add(segment);
  std::erase_if(recent_, [&](const auto& entry) { return entry.second.epoch < epoch; });
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
  return static_cast<std::uint32_t>(slots_.size());
}

}  // namespace reel::log
