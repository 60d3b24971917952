#include "store/store_folder.hpp"

#include <algorithm>

#include "store/control.hpp"

namespace reel::store {

Result<RecorderCache*> StoreFolder::recorders(std::string_view name_space,
                                              const LogOptions& options) {
  const std::lock_guard lock(mutex_);
  if (!log_) {
    auto opened = Log::open(path_, options);
    if (!opened) return opened.status();
    log_.emplace(*std::move(opened));
    open_streams_max_ =
        std::min<std::size_t>(kOpenStreamsMax, std::max(options.open_streams_max / 2, 1u));
    open_log_.store(&*log_, std::memory_order_release);
  }
  return &cache_of(name_space);
}

// With mutex_ held and the Log there.
RecorderCache& StoreFolder::cache_of(std::string_view name_space) {
  const auto found = caches_.find(name_space);
  if (found != caches_.end()) return found->second;
  return caches_
      .try_emplace(std::string(name_space), *log_, std::string(name_space), open_streams_max_)
      .first->second;
}

Result<std::shared_ptr<FolderReader>> StoreFolder::reader() {
  const std::lock_guard lock(mutex_);
  if (reader_ == nullptr) {
    // Asked only by those who hold this folder, so that `this` is there.
    const auto progress = [this] {
      return log() == nullptr ? std::nullopt : std::optional(log()->watermarks());
    };
    auto made = FolderReader::open(path_, {}, progress);
    if (!made) return made.status();
    reader_ = *std::move(made);
  }
  return reader_;
}

Result<bool> StoreFolder::delete_stream(std::string_view id, std::string_view name_space) {
  RecorderCache* cache = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (log_) cache = &cache_of(name_space);
  }
  if (cache != nullptr) return cache->remove(id);
  return store::delete_stream(io::posix(), path_, id, name_space);
}

Status StoreFolder::flush(std::uint32_t deadline_ms) {
  return log() == nullptr ? Status() : log()->flush(deadline_ms);
}
Status StoreFolder::sync(std::uint32_t deadline_ms) {
  return log() == nullptr ? Status() : log()->sync(deadline_ms);
}

}  // namespace reel::store
