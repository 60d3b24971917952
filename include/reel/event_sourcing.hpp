// EventSourcing: every name of the document's scoped API in one place. Nothing but names: each is
// the function or type described in the header that it comes from.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reel/adapters.hpp"
#include "reel/compare.hpp"
#include "reel/event_recorder.hpp"
#include "reel/replay.hpp"
#include "reel/stores.hpp"

namespace reel {

struct EventSourcing {
  using Event = reel::Event;
  using EventType = reel::EventType;
  using Envelope = reel::Envelope;
  using State = reel::State;
  using Snapshot = reel::Snapshot;
  using Metadata = StreamMetadata;
  using Comparison = reel::Comparison;
  using Config = StorageAdapterConfig;

  static std::shared_ptr<MemoryStore> memory(MemoryStoreOptions options = {}) {
    return memory_store(std::move(options));
  }
  static std::shared_ptr<FileStore> file(FileStoreOptions options = {}) {
    return file_store(std::move(options));
  }
  template <std::convertible_to<std::string> Path>
  static std::shared_ptr<FileStore> file(Path&& base_path) {
    return file_store({.base_path = std::forward<Path>(base_path)});
  }
  static Result<std::shared_ptr<CompositeStore>> composite(
      std::vector<std::shared_ptr<EventStore>> stores, std::size_t primary_index = 0) {
    return composite_store(std::move(stores), primary_index);
  }
  static Result<StorePtr> with_ttl(StorePtr store, std::int64_t ttl_ms) {
    return reel::with_ttl(std::move(store), ttl_ms);
  }
  static Result<StorePtr> create(const Config& config) { return create_store(config); }

  static EventRecorder recorder(StorePtr store, std::string stream_id = {}) {
    return EventRecorder(std::move(store), std::move(stream_id));
  }
  static Replayer replayer(StorePtr store) { return Replayer(std::move(store)); }

  static Result<Replay> replay(std::string_view stream_id, StorePtr store,
                               ReplayOptions options = {}) {
    return Replayer(std::move(store)).replay(stream_id, std::move(options));
  }
  // nullopt: no such stream.
  static Result<std::optional<Metadata>> metadata(std::string_view stream_id,
                                                  const StorePtr& store);
  static reel::Comparison compare(const State& a, const State& b, CompareOptions options = {}) {
    return reel::compare(a, b, options);
  }
  static std::string generate_id() { return reel::generate_id(); }

  static Status register_adapter(std::string_view type, StoreFactory factory) {
    return reel::register_adapter(type, std::move(factory));
  }
  static Status register_adapter(std::string_view type, AsyncStoreFactory factory) {
    return register_async_adapter(type, std::move(factory));
  }
  static bool unregister_adapter(std::string_view type) { return reel::unregister_adapter(type); }
  static std::vector<std::string> list_adapters() { return reel::list_adapters(); }
};

}  // namespace reel
