// The adapters of a program: one table, in order of registration, before it the built-in ones.
#include "reel/adapters.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include "reel/stores.hpp"
#include "store/guard.hpp"
#include "store/refusals.hpp"

namespace reel {
namespace {

using Factory = std::variant<StoreFactory, AsyncStoreFactory>;
struct Adapter {
  std::string type;
  Factory factory;
};

Result<StorePtr> make_memory(const StorageAdapterConfig& config) {
  return StorePtr(memory_store({.prefix = config.prefix, .ttl_ms = config.ttl}));
}

// `connection` is the folder.
Result<StorePtr> make_file(const StorageAdapterConfig& config) {
  FileStoreOptions options;
  if (!config.connection.empty()) options.base_path = config.connection;
  if (!config.prefix.empty()) options.prefix = config.prefix;
  options.ttl_ms = config.ttl;
  return StorePtr(file_store(std::move(options)));
}

class Registry {
 public:
  Status add(std::string_view type, Factory factory, bool empty) {
    if (type.empty()) return store::bad_argument("a storage adapter needs a name");
    if (empty) {
      return store::bad_argument("storage adapter \"" + std::string(type) +
                                 "\" was given no factory");
    }
    const std::lock_guard lock(mutex_);
    if (const auto found = find(type); found != adapters_.end()) {
      found->factory = std::move(factory);  // in the place that it had
    } else {
      adapters_.push_back({std::string(type), std::move(factory)});
    }
    return {};
  }
  bool remove(std::string_view type) {
    const std::lock_guard lock(mutex_);
    const auto found = find(type);
    if (found == adapters_.end()) return false;
    adapters_.erase(found);
    return true;
  }
  std::vector<std::string> list() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> types;
    for (const Adapter& adapter : adapters_) types.push_back(adapter.type);
    return types;
  }
  // A copy, to be called without the lock.
  Result<Factory> get(std::string_view type) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = find(type); found != adapters_.end()) return found->factory;
    }
    std::string known;
    for (const std::string& name : list()) known += (known.empty() ? "" : ", ") + name;
    return store::bad_argument("Unknown storage adapter type: \"" + std::string(type) +
                               "\". Available adapters: " + known);
  }

 private:
  std::vector<Adapter>::iterator find(std::string_view type) {
    return std::find_if(adapters_.begin(), adapters_.end(),
                        [&](const Adapter& adapter) { return adapter.type == type; });
  }

  std::mutex mutex_;
  std::vector<Adapter> adapters_ = {
      {"memory", StoreFactory(make_memory)},
      {"file", StoreFactory(make_file)},
  };
};

Registry& registry() {
  static auto* const kRegistry = new Registry;  // never destroyed: other statics may ask late
  return *kRegistry;
}

std::string who(const StorageAdapterConfig& config) {
  return "storage adapter \"" + config.type + "\"";
}

// What came out of a factory, or out of a future: not null.
template <class Make>
Result<StorePtr> made(const StorageAdapterConfig& config, Make make) {
  Result<StorePtr> store = store::guarded(who(config).c_str(), make);
  if (store && *store == nullptr) {
    return Error{ErrorCode::internal, 0, "", 0, who(config) + " answered no store"};
  }
  return store;
}

std::future<Result<StorePtr>> ready(Result<StorePtr> store) {
  std::promise<Result<StorePtr>> promise;
  promise.set_value(std::move(store));
  return promise.get_future();
}

Error no_future(const StorageAdapterConfig& config) {
  return {ErrorCode::internal, 0, "", 0, who(config) + " answered no future"};
}

}  // namespace

Status register_adapter(std::string_view type, StoreFactory factory) {
  const bool empty = !factory;
  return registry().add(type, std::move(factory), empty);
}
Status register_async_adapter(std::string_view type, AsyncStoreFactory factory) {
  const bool empty = !factory;
  return registry().add(type, std::move(factory), empty);
}
bool unregister_adapter(std::string_view type) { return registry().remove(type); }
std::vector<std::string> list_adapters() { return registry().list(); }

Result<StorePtr> create_store(const StorageAdapterConfig& config) {
  const auto factory = registry().get(config.type);
  if (!factory) return factory.status();
  return made(config, [&]() -> Result<StorePtr> {
    if (const auto* make = std::get_if<StoreFactory>(&*factory)) return (*make)(config);
    auto future = std::get<AsyncStoreFactory>(*factory)(config);
    if (!future.valid()) return no_future(config);
    return future.get();
  });
}

std::future<Result<StorePtr>> create_store_async(const StorageAdapterConfig& config) {
  auto factory = registry().get(config.type);
  const auto* later = factory ? std::get_if<AsyncStoreFactory>(&*factory) : nullptr;
  if (later == nullptr) return ready(create_store(config));
  std::future<Result<StorePtr>> future;
  // The store is not there yet: only what goes wrong before it.
  auto begun = store::guarded(who(config).c_str(), [&]() -> Status {
    future = (*later)(config);
    return {};
  });
  if (!begun) return ready(begun);
  return future.valid() ? std::move(future) : ready(no_future(config));
}

}  // namespace reel
