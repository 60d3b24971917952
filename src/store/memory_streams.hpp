// MemoryStreams: the streams of a memory store, found by id, appended to from any thread.
// Ids are spread over shards by hash; whoever uses a stream holds its shard's lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/stream_buffer.hpp"

namespace reel::store {

class MemoryStreams {
 public:
  static constexpr std::size_t kEventBytesMax = std::size_t{1} << 30;

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq);
  // What `look` answers about the stream, under its lock; a default R where there is none. It gets
  // a std::shared_ptr<const StreamBuffer>, which it may keep for a BufferCursor.
  template <class R, class Look>
  R look_at(std::string_view id, Look look);
  // Snapshots of an id, in the order they were saved, under its lock.
  using Snapshots = std::vector<std::shared_ptr<const Snapshot>>;
  template <class Change>
  void change_snapshots(std::string_view id, Change change);
  template <class R, class Look>
  R look_at_snapshots(std::string_view id, Look look);

  bool erase(std::string_view id);  // and its snapshots; true: there was a stream
  void clear();
  // In order of their making.
  std::vector<std::string> ids(std::string_view prefix);
  std::size_t stream_count();
  std::uint64_t event_count();

 private:
  // One cache line or more each, so that shards do not slow each other down.
  struct alignas(64) Shard {
    std::mutex mutex;
    // The keys are the buffers' own ids.
    std::unordered_map<std::string_view, std::shared_ptr<StreamBuffer>> streams;
    std::unordered_map<std::string, Snapshots> snapshots;
  };
  static constexpr std::size_t kShards = 32;

  Shard& shard_of(std::string_view id) noexcept {
    // The tables inside use the low bits of the same hash.
    return shards_[(std::hash<std::string_view>()(id) >> 32) % kShards];
  }
  template <class Each>
  void for_each_shard(Each each) {
    for (Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      each(shard);
    }
  }

  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> next_ordinal_{0};
};

template <class R, class Look>
R MemoryStreams::look_at(std::string_view id, Look look) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.streams.find(id);
  return found == shard.streams.end() ? R() : look(found->second);
}

template <class Change>
void MemoryStreams::change_snapshots(std::string_view id, Change change) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  change(shard.snapshots[std::string(id)]);
}

template <class R, class Look>
R MemoryStreams::look_at_snapshots(std::string_view id, Look look) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.snapshots.find(std::string(id));
  return found == shard.snapshots.end() ? R() : look(found->second);
}

}  // namespace reel::store
