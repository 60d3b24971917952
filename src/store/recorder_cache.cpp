#include "store/recorder_cache.hpp"

#include <algorithm>

#include "event/frame.hpp"
#include "store/refusals.hpp"

namespace reel::store {
namespace {

Error refused(ErrorCode code, const char* why) { return {code, 0, "", 0, why}; }

// Why the engine did not take an event, in words.
Error why_not(Append answer, const Event& event) {
  switch (answer) {
    case Append::full:
      return refused(ErrorCode::full,
                     "the arena has no room, the disk does not keep up or is full; the event was "
                     "not stored, append it again later");
    case Append::dropped:
      return refused(ErrorCode::full,
                     "the arena has no room and LogOptions::overflow says drop; the event is "
                     "declared as a gap");
    case Append::too_large:
      return refused(ErrorCode::too_large,
                     "the event is larger than LogOptions::event_bytes_max allows");
    case Append::busy:
      return refused(ErrorCode::busy, "another Recorder holds the stream; close it first");
    case Append::invalid: {
      std::string parts;
      const Status why = check_storable(event::view_of(event, parts), SIZE_MAX);
      if (!why) return why.error();
      return refused(ErrorCode::invalid_argument, "the stream has no seq left for the event");
    }
    default:
      return refused(ErrorCode::closed, "the store's log is closed; open the store again");
  }
}

}  // namespace

RecorderCache::RecorderCache(Log& log, std::string name_space, std::size_t open_max)
    : log_(log),
      name_space_(std::move(name_space)),
      open_a_shard_(std::max<std::size_t>(open_max / kShards, 1)) {}

Result<Recorder*> RecorderCache::recorder(Shard& shard, std::string_view id) {
  if (const auto found = shard.open.find(id); found != shard.open.end()) {
    found->second.used = ++shard.uses;
    return &found->second.recorder;
  }
  if (shard.open.size() >= open_a_shard_) {
    shard.open.erase(std::min_element(
        shard.open.begin(), shard.open.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  auto recorder = log_.recorder(id, name_space_);
  if (!recorder) return recorder.status();
  Open& open = shard.open.emplace(std::string(id), Open()).first->second;
  open.recorder = *std::move(recorder);
  open.used = ++shard.uses;
  return &open.recorder;
}

Result<std::uint64_t> RecorderCache::append(std::string_view id, const Event& event,
                                            std::optional<std::uint64_t> expected_seq) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto stream = recorder(shard, id);
  if (!stream) return stream.status();
  return append_to(shard, **stream, id, event, expected_seq);
}

Result<std::uint64_t> RecorderCache::append_to(Shard& shard, Recorder& recorder,
                                               std::string_view id, const Event& event,
                                               std::optional<std::uint64_t> expected_seq) {
  const std::uint64_t seq = recorder.next_seq();
  if (expected_seq && *expected_seq != seq) return sequence_error(id, seq, *expected_seq);
  const Append answer = recorder.record(event);
  // An event that waits for redaction has its seq already.
  if (answer == Append::ok || answer == Append::held) return seq;
  if (answer != Append::forked) return why_not(answer, event);
  const auto own = recorder_of_own(shard, id);
  return own ? append_to(shard, **own, id, event, expected_seq) : own.status();
}

// Of a stream that was opened before this process was forked off, and so is its parent's.
Result<Recorder*> RecorderCache::recorder_of_own(Shard& shard, std::string_view id) {
  shard.open.erase(shard.open.find(id));
  return recorder(shard, id);
}

Status RecorderCache::append_tokens(std::string_view id, std::span<const std::string_view> values,
                                    std::int64_t first_index, double ts_ms, std::size_t& stored) {
  stored = 0;
  if (values.empty()) return {};
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  auto stream = recorder(shard, id);
  if (!stream) return stream.status();
  while (stored < values.size()) {
    const std::int64_t index = first_index + static_cast<std::int64_t>(stored);
    const Append answer = (*stream)->record_token(values[stored], index, ts_ms);
    if (answer == Append::ok || answer == Append::held) {
      ++stored;
    } else if (answer == Append::forked) {
      stream = recorder_of_own(shard, id);
      if (!stream) return stream.status();
    } else {
      return why_not(answer, {ts_ms, Token{std::string(values[stored]), index}, {}, {}});
    }
  }
  return {};
}

void RecorderCache::release_wanted() {
  constexpr auto kIdle = std::chrono::seconds(1);
  const auto now = std::chrono::steady_clock::now();
  for (Shard& shard : shards_) {
    const std::unique_lock lock(shard.mutex, std::try_to_lock);
    if (!lock) continue;
    for (auto at = shard.open.begin(); at != shard.open.end();) {
      Open& open = at->second;
      const bool wanted = open.recorder.wanted();  // another process may say so at any time
      const bool idle = open.wanted_since && open.used == open.used_then;
      if (wanted && !idle) {
        open.wanted_since = now;
        open.used_then = open.used;
      }
      const bool release = wanted && now - *open.wanted_since >= kIdle;
      at = release ? shard.open.erase(at) : std::next(at);
    }
  }
}

Result<bool> RecorderCache::remove(std::string_view id) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.open.find(id); found != shard.open.end()) shard.open.erase(found);
  return log_.delete_stream(id, name_space_);
}

}  // namespace reel::store
