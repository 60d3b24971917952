// Which folders this process has open: those who name the same one share it.
#include <algorithm>
#include <condition_variable>
#include <map>
#include <tuple>

#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "store/store_folder.hpp"

namespace reel::store {
namespace {

// The UUID too: a folder that was removed may have given its inode to another store.
using Key = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t>;

class Registry {
 public:
  std::shared_ptr<StoreFolder> share(const Key& key, const std::string& path) {
    std::unique_lock lock(mutex_);
    // An entry without an owner: its Log is being closed, and has the lock on the folder still.
    for (auto found = folders_.find(key); found != folders_.end(); found = folders_.find(key)) {
      if (auto folder = found->second.lock()) return folder;
      closed_.wait(lock);
    }
    std::shared_ptr<StoreFolder> made(new StoreFolder(path),
                                      [this, key](StoreFolder* folder) { drop(key, folder); });
    folders_.emplace(key, made);
    return made;
  }

 private:
  void drop(const Key& key, StoreFolder* folder) {
    delete folder;
    {
      const std::lock_guard lock(mutex_);
      folders_.erase(key);
    }
    closed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable closed_;
  std::map<Key, std::weak_ptr<StoreFolder>> folders_;
};

Registry& registry() {
  static Registry* const kRegistry = new Registry;  // handles may outlive static objects
  return *kRegistry;
}

// No store yet, but nobody else's folder either: empty, or a store that is being made.
bool is_unborn(const std::string& path) {
  const auto names = io::posix().list(path);
  return names && std::all_of(names->begin(), names->end(), [](const std::string& name) {
           return name == "lanes" || name.starts_with("reel.store.");
         });
}

}  // namespace

Result<std::shared_ptr<StoreFolder>> StoreFolder::find(const std::string& path) {
  using Found = std::shared_ptr<StoreFolder>;
  const auto identity = catalog::load_store(io::posix(), path);
  if (!identity) {
    const ErrorCode code = identity.error().code;
    const bool none =
        code == ErrorCode::not_found || (code == ErrorCode::not_a_store && is_unborn(path));
    return none ? Result<Found>(Found()) : Result<Found>(identity.status());
  }
  const auto info = io::posix().info(path);
  if (!info) return info.status();
  return registry().share({identity->uuid.high, identity->uuid.low, info->device, info->inode},
                          path);
}

Result<std::shared_ptr<StoreFolder>> StoreFolder::make(const std::string& path) {
  const auto made = catalog::create_store(io::posix(), path, base::system_clock().wall_us());
  if (!made) return made.status();
  return find(path);
}

}  // namespace reel::store
