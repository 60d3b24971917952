// Storage adapters: stores by name, for programs that are told in a configuration which to use.
// `memory` and `file` are built in; the latter's `connection` is its folder, "./l0-events" when
// empty. Any thread, at any time.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel {

struct StorageAdapterConfig {
  std::string type;             // exact, case-sensitive
  std::string connection = {};  // where the store is, in the adapter's own form
  std::string prefix = {};
  std::int64_t ttl = 0;                             // milliseconds; 0 never hides
  std::map<std::string, std::string> options = {};  // the adapter's own
};

using StorePtr = std::shared_ptr<EventStore>;
using StoreFactory = std::function<Result<StorePtr>(const StorageAdapterConfig&)>;
// A factory that may take its time; the future must become ready without the caller's help.
using AsyncStoreFactory = std::function<std::future<Result<StorePtr>>(const StorageAdapterConfig&)>;

// Replaces an adapter of that name, in its place. Errors: invalid_argument for an empty name or
// factory.
Status register_adapter(std::string_view type, StoreFactory factory);
Status register_async_adapter(std::string_view type, AsyncStoreFactory factory);
bool unregister_adapter(std::string_view type);  // true: it was there. Built-in ones can go too.
std::vector<std::string> list_adapters();        // in order of registration

// Calls the factory with `config` itself, outside any lock. create_store waits for an asynchronous
// factory; create_store_async passes its future on (a synchronous one is called at once).
// Errors: invalid_argument `Unknown storage adapter type: "x". Available adapters: memory, file`;
// what the factory answers; internal with its words when it throws, or answers no store.
Result<StorePtr> create_store(const StorageAdapterConfig& config);
std::future<Result<StorePtr>> create_store_async(const StorageAdapterConfig& config);

}  // namespace reel
