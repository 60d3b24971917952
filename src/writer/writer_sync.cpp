// The writer's half of group commit: when a sync begins, and what it made durable.
#include <algorithm>

#include "writer/writer.hpp"

namespace reel::writer {
namespace {

constexpr std::uint64_t kUnsyncedBytesMax = std::uint64_t{32} << 20;
// Blocks are held until they are synced: when a sync takes so long that this much is, it is waited
// for, and the arena takes what comes.
constexpr std::uint64_t kUnsyncedBytesHeld = std::uint64_t{128} << 20;
// Of waiting for the segment before to be sealed: one sync may be under way that is not for it, and
// one may fail.
constexpr int kSealingSyncsMax = 4;

}  // namespace

Status Writer::sync(bool demanded) {
  if (Status status = end_sync(); !status) return status;
  if (segments_.syncing()) {
    if (segments_.unsynced_bytes() < kUnsyncedBytesHeld) return {};
    segments_.wait_sync();
    return end_sync();
  }
  const bool due =
      segments_.sync_wanted() || clock_.monotonic_us() - synced_us_ >= options_.sync_interval_us;
  if (segments_.unsynced() &&
      (demanded || due || segments_.sealing() || segments_.unsynced_bytes() >= kUnsyncedBytesMax)) {
    return begin_sync();
  }
  if (!segments_.unsynced()) {
    durable_ = written_;
    take_unsynced();
    publish_durable();
  }
  return {};
}

// What comes to be written after this is not of this sync: durable_ will be what is written now.
Status Writer::begin_sync() {
  if (Status status = segments_.begin_sync(); !status) return status;
  syncing_ = written_;
  syncing_writes_ = writes_;
  take_unsynced();
  synced_us_ = clock_.monotonic_us();
  sync_began_ = true;
  return end_sync();
}

Status Writer::end_sync() {
  const auto outcome = segments_.poll_sync();
  if (!outcome) return {};
  if (!*outcome) {
    leave_unsynced();
    return *outcome;
  }
  durable_ = std::max(durable_, syncing_);  // it may have been begun where a segment was given up
  publish_durable();
  sync_ended_ = true;
  return {};
}

// A segment that is large enough is sealed while the next one is written. One at a time: where the
// one before is not durable yet, it is waited for. If it cannot be had this one grows on.
Status Writer::rotate() {
  if (!segments_.rotation_due()) return {};
  if (Status status = end_writes(true); !status) return status;
  for (int i = 0; segments_.sealing(); ++i) {
    if (i == kSealingSyncsMax) return {};
    if (!segments_.syncing()) {
      if (Status status = begin_sync(); !status) return status;
    }
    segments_.wait_sync();
    if (Status status = end_sync(); !status) return status;
  }
  if (Status status = segments_.retire(); !status) return status;
  return segments_.syncing() ? Status() : begin_sync();
}

// A sync begins: what is written of the streams by now is what it makes durable.
void Writer::take_unsynced() {
  for (UnsyncedStream& entry : unsynced_streams_) {
    if (StreamOrder::Stream* const stream = known(entry)) stream->unsynced = false;
    entry.seq = lane_.arena().slot(entry.slot).written_seq.load(std::memory_order_relaxed);
  }
  syncing_streams_.swap(unsynced_streams_);
  unsynced_streams_.clear();
}

void Writer::publish_durable() {
  for (const UnsyncedStream& entry : syncing_streams_) {
    if (known(entry) == nullptr) continue;
    lane_.arena().slot(entry.slot).durable_seq.store(entry.seq, std::memory_order_release);
  }
  syncing_streams_.clear();
}

void Writer::leave_unsynced() {
  for (const UnsyncedStream& entry : syncing_streams_) {
    StreamOrder::Stream* const stream = known(entry);
    if (stream == nullptr || stream->unsynced) continue;
    stream->unsynced = true;
    unsynced_streams_.push_back(entry);
  }
  syncing_streams_.clear();
}

// nullptr: the stream has left its slot meanwhile, and there is nobody to tell.
StreamOrder::Stream* Writer::known(const UnsyncedStream& entry) noexcept {
  StreamOrder::Stream& stream = order_[entry.slot];
  return stream.known && stream.incarnation == entry.incarnation ? &stream : nullptr;
}

}  // namespace reel::writer
