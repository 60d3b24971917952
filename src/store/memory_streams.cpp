#include "store/memory_streams.hpp"

#include <algorithm>
#include <utility>

#include "event/frame.hpp"
#include "reel/options.hpp"
#include "store/refusals.hpp"

namespace reel::store {

Result<std::uint64_t> MemoryStreams::append(std::string_view id, const Event& event,
                                            std::optional<std::uint64_t> expected_seq) {
  std::string parts;
  const EventView view = event::view_of(event, parts);
  if (Status status = check_storable(view, kEventBytesMax); !status) return status;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.streams.find(id);
  StreamBuffer* stream = found == shard.streams.end() ? nullptr : found->second.get();
  const std::uint64_t seq = stream == nullptr ? 0 : stream->next_seq();
  if (expected_seq && *expected_seq != seq) return sequence_error(id, seq, *expected_seq);
  if (view.seqs() > kSeqMax - seq) return seq_error(id);
  if (stream != nullptr) {
    stream->make_room(view);
  } else {
    // In the table only once nothing can fail any more: a stream without events is none.
    auto made = std::make_shared<StreamBuffer>(id, next_ordinal_.fetch_add(1));
    made->make_room(view);
    stream = made.get();
    shard.streams.emplace(stream->id(), std::move(made));
  }
  stream->append(view);
  return seq;
}

bool MemoryStreams::erase(std::string_view id) {
  std::shared_ptr<StreamBuffer> freed_after_the_lock;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  shard.snapshots.erase(std::string(id));
  const auto found = shard.streams.find(id);
  if (found == shard.streams.end()) return false;
  freed_after_the_lock = std::move(found->second);
  shard.streams.erase(found);
  return true;
}

void MemoryStreams::clear() {
  for_each_shard([](Shard& shard) {
    shard.streams.clear();
    shard.snapshots.clear();
  });
}

std::vector<std::string> MemoryStreams::ids(std::string_view prefix) {
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for_each_shard([&](Shard& shard) {
    for (const auto& [id, stream] : shard.streams) {
      if (id.starts_with(prefix)) found.emplace_back(stream->ordinal(), id);
    }
  });
  std::sort(found.begin(), found.end());
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (auto& [ordinal, id] : found) ids.push_back(std::move(id));
  return ids;
}

std::size_t MemoryStreams::stream_count() {
  std::size_t count = 0;
  for_each_shard([&](Shard& shard) { count += shard.streams.size(); });
  return count;
}

std::uint64_t MemoryStreams::event_count() {
  std::uint64_t count = 0;
  for_each_shard([&](Shard& shard) {
    for (const auto& [id, stream] : shard.streams) count += stream->facts().event_count;
  });
  return count;
}

}  // namespace reel::store
