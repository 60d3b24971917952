// MemoryStore: MemoryStreams with a handle's TTL before it.
#include <algorithm>
#include <utility>

#include "reader/stream_parts.hpp"
#include "reel/stores.hpp"
#include "store/memory_streams.hpp"
#include "store/no_events.hpp"
#include "store/ttl.hpp"
#include "store/walk.hpp"

namespace reel {
namespace {

using Stream = std::shared_ptr<const store::StreamBuffer>;

class Memory final : public MemoryStore {
 public:
  explicit Memory(MemoryStoreOptions options) : options_(std::move(options)) {}

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq) override {
    return streams_.append(id, event, expected_seq);
  }
  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    return store::all_events(read(id, {}));
  }
  Result<bool> exists(std::string_view id) override {
    if (hides()) return store::any_event(read(id, {}));
    return streams_.look_at<bool>(id, [](const Stream&) { return true; });
  }
  Result<bool> delete_stream(std::string_view id) override { return streams_.erase(id); }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    return streams_.ids(prefix);
  }

  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override;
  Result<std::optional<Envelope>> get_last_event(std::string_view id) override;
  Result<std::vector<Envelope>> get_events_after(std::string_view id,
                                                 std::uint64_t after_seq) override {
    return store::all_events(read(id, store::after(after_seq)));
  }
  Result<std::optional<StreamMetadata>> metadata(std::string_view id) override;
  Result<State> fold(std::string_view id, SeqRange range, FoldMode mode) override {
    if (hides()) return store::fold_events(read(id, range), {}, mode);
    return EventStore::fold(id, range, mode);
  }

  Status save_snapshot(const Snapshot& snapshot) override;
  Result<std::optional<Snapshot>> get_snapshot(std::string_view id) override;
  Result<std::optional<Snapshot>> get_snapshot_before(std::string_view id,
                                                      std::uint64_t seq) override;

  void clear() override { streams_.clear(); }
  std::size_t get_stream_count() override { return streams_.stream_count(); }
  std::size_t get_total_event_count() override { return streams_.event_count(); }

 private:
  using Kept = std::shared_ptr<const Snapshot>;
  using Snapshots = store::MemoryStreams::Snapshots;

  bool hides() const noexcept { return options_.ttl_ms != 0; }
  static std::optional<Snapshot> copy_of(const Kept& kept) {
    return kept == nullptr ? std::nullopt : std::optional<Snapshot>(*kept);
  }

  MemoryStoreOptions options_;
  store::MemoryStreams streams_;
};

Result<std::unique_ptr<EventCursor>> Memory::read(std::string_view id, SeqRange range) {
  using Cursor = std::unique_ptr<EventCursor>;
  Cursor cursor = streams_.look_at<Cursor>(id, [&](const Stream& stream) {
    return std::make_unique<store::BufferCursor>(stream, range);
  });
  if (cursor == nullptr) return store::no_events();
  if (!hides()) return cursor;
  return store::visible(std::move(cursor), store::handle_filter(options_.ttl_ms, options_.now));
}

Result<std::optional<Envelope>> Memory::get_last_event(std::string_view id) {
  using Last = std::optional<Envelope>;
  if (hides()) return store::last_event(read(id, {}));
  return streams_.look_at<Last>(id, [](const Stream& stream) {
    const auto last = stream->last();
    return last ? Last(store::to_envelope(*last)) : Last();
  });
}

Result<std::optional<StreamMetadata>> Memory::metadata(std::string_view id) {
  using Found = std::optional<StreamMetadata>;
  Result<Found> found = Found();
  if (hides()) {
    found = EventStore::metadata(id);
  } else {
    found = streams_.look_at<Found>(id, [](const Stream& stream) {
      StreamMetadata metadata;
      metadata.stream_id = stream->id();
      metadata.ordinal = stream->ordinal();
      reader::set_facts(metadata, stream->facts());
      if (const auto options = stream->last_start_options()) metadata.options = *options;
      return Found(std::move(metadata));
    });
  }
  if (found && *found) (*found)->name_space = options_.prefix;
  return found;
}

// One snapshot a seq is enough: the older one of the same seq can never be asked for again.
Status Memory::save_snapshot(const Snapshot& snapshot) {
  auto kept = std::make_shared<const Snapshot>(snapshot);
  streams_.change_snapshots(snapshot.stream_id, [&](Snapshots& saved) {
    std::erase_if(saved, [&](const Kept& one) { return one->seq == kept->seq; });
    saved.push_back(std::move(kept));
  });
  return {};
}

Result<std::optional<Snapshot>> Memory::get_snapshot(std::string_view id) {
  return copy_of(streams_.look_at_snapshots<Kept>(
      id, [](const Snapshots& saved) { return saved.empty() ? Kept() : saved.back(); }));
}

Result<std::optional<Snapshot>> Memory::get_snapshot_before(std::string_view id,
                                                            std::uint64_t seq) {
  return copy_of(streams_.look_at_snapshots<Kept>(id, [&](const Snapshots& saved) {
    Kept best;
    for (const Kept& one : saved) {
      if (one->seq <= seq && (best == nullptr || one->seq > best->seq)) best = one;
    }
    return best;
  }));
}

}  // namespace

std::shared_ptr<MemoryStore> memory_store(MemoryStoreOptions options) {
  return std::make_shared<Memory>(std::move(options));
}

}  // namespace reel
