#include "log/stream_slots.hpp"

#include <cstring>
#include <utility>

#include "arena/fence.hpp"

namespace reel::log {

StreamSlots::StreamSlots(std::shared_ptr<record::Lane> lane)
    : lane_(std::move(lane)), arena_(lane_->arena()) {
  for (std::uint32_t i = arena_.slots_reserved(); i > 0; --i) free_.push_back(i - 1);
}

Result<std::uint32_t> StreamSlots::take(std::string_view name_space, std::string_view id) {
  auto slot = next_free();
  if (!slot) return slot;
  if (Status status = fill_name(*slot, name_space, id); !status) {
    free_.push_back(*slot);
    return status;
  }
  return slot;
}

Result<std::uint32_t> StreamSlots::next_free() {
  if (free_.empty()) {
    auto more = arena_.reserve_slots();
    if (!more) return more.status();
    for (std::uint32_t i = more->count; i > 0; --i) free_.push_back(more->first + i - 1);
  }
  if (free_.empty()) {
    return Error{ErrorCode::full, 0, "", 0,
                 "as many streams are open as LogOptions::open_streams_max allows; close some"};
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  if (!free_.empty()) expect(free_.back());
  return slot;
}

// The slot will be taken next, and is in no cache.
void StreamSlots::expect(std::uint32_t slot_index) noexcept {
  constexpr std::size_t kLine = 64;
  const char* const slot = reinterpret_cast<const char*>(&arena_.slot(slot_index));
  for (std::size_t at = 0; at < 3 * kLine; at += kLine) __builtin_prefetch(slot + at, 1);
}

Status StreamSlots::fill_name(std::uint32_t slot_index, std::string_view name_space,
                              std::string_view id) {
  arena::StreamSlot& slot = arena_.slot(slot_index);
  const std::size_t bytes = name_space.size() + id.size();
  slot.name_chunk = arena::kNoChunk;
  if (bytes > arena::kSlotNameBytes && !lane_->take_name_chunk(slot.name_chunk)) {
    return Error{ErrorCode::full, 0, "", 0, "the arena has no room for a stream id this long"};
  }
  char* to = slot.name_chunk == arena::kNoChunk ? slot.name : arena_.chunk(slot.name_chunk);
  std::memcpy(to, name_space.data(), name_space.size());
  std::memcpy(to + name_space.size(), id.data(), id.size());
  slot.name_space_bytes = static_cast<std::uint16_t>(name_space.size());
  slot.id_bytes = static_cast<std::uint16_t>(id.size());
  // What other lanes go by is in one order with what they let this one see (Neighbours).
  const std::uint32_t tag = arena::tag_of(arena::name_hash(name_space, id));
  arena_.tag(slot_index).store(tag, std::memory_order_seq_cst);
  auto& used = arena_.header().slots_used;
  if (slot_index >= used.load(std::memory_order_relaxed)) {
    used.store(slot_index + 1, std::memory_order_seq_cst);
  }
  return {};
}

// The incarnation last: with it the slot is taken, for whoever looks.
void StreamSlots::begin(std::uint32_t slot_index, const KnownStream& stream) noexcept {
  arena::StreamSlot& slot = arena_.slot(slot_index);
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

void StreamSlots::give(std::uint32_t slot_index) {
  arena::StreamSlot& slot = arena_.slot(slot_index);
  slot.incarnation.store(0, std::memory_order_release);
  arena::stores_before_this();  // whoever reads the name of the next stream finds this one gone
  slot.closed_at.store(arena::kStreamOpen, std::memory_order_release);  // freed once only
  arena_.tag(slot_index).store(0, std::memory_order_relaxed);
  if (slot.name_chunk != arena::kNoChunk) lane_->give_chunk(slot.name_chunk);
  slot.name_chunk = arena::kNoChunk;
  std::memset(slot.name, 0, sizeof slot.name);
  free_.push_back(slot_index);
}

KnownStream StreamSlots::left_in(std::uint32_t slot_index) const noexcept {
  const arena::StreamSlot& slot = arena_.slot(slot_index);
  KnownStream left{slot.incarnation.load(std::memory_order_relaxed), slot.ordinal,
                   slot.closed_at.load(std::memory_order_acquire),
                   slot.durable_seq.load(std::memory_order_relaxed), 0};
  if (!arena::is_held(left.next_seq)) left.last_us = slot.last_us;  // else its Recorder's to write
  return left;
}

}  // namespace reel::log
