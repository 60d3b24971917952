// RecorderCache: the streams of one namespace that a process appends to, each kept open for the
// next event. Of too many the least recently used is closed.
//
// Threads: any. Streams are spread over shards, each with a lock; an append holds its shard's.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "reel/log.hpp"

namespace reel::store {

class RecorderCache {
 public:
  // `log` must outlive the cache. At most `open_max` streams are kept open, but at least one a
  // shard.
  RecorderCache(Log& log, std::string name_space, std::size_t open_max);

  // As EventStore::append.
  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq);
  // As FileStore::append_tokens.
  Status append_tokens(std::string_view id, std::span<const std::string_view> values,
                       std::int64_t first_index, double ts_ms, std::size_t& stored);
  // Closes the streams that other processes have asked for and that were not appended to for a
  // second since. Called whenever one asks. Shards in use are left for the next time.
  void release_wanted();
  // Closes the stream and deletes it, with no append in between.
  Result<bool> remove(std::string_view id);

 private:
  static constexpr std::size_t kShards = 64;

  struct Open {
    Recorder recorder;
    std::uint64_t used = 0;  // the shard's count of appends when it was used last
    // Since it was wanted: when that was seen, and `used` at the time.
    std::optional<std::chrono::steady_clock::time_point> wanted_since;
    std::uint64_t used_then = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept {
      return std::hash<std::string_view>()(id);
    }
  };
  struct Shard {
    std::mutex mutex;  // guards what follows
    std::unordered_map<std::string, Open, Hash, std::equal_to<>> open;
    std::uint64_t uses = 0;
  };

  Shard& shard_of(std::string_view id) noexcept { return shards_[Hash()(id) % kShards]; }
  Result<Recorder*> recorder(Shard& shard, std::string_view id);
  Result<Recorder*> recorder_of_own(Shard& shard, std::string_view id);
  Result<std::uint64_t> append_to(Shard& shard, Recorder& recorder, std::string_view id,
                                  const Event& event, std::optional<std::uint64_t> expected_seq);

  Log& log_;
  const std::string name_space_;
  const std::size_t open_a_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace reel::store
