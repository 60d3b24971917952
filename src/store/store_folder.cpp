#include "store/store_folder.hpp"

#include <algorithm>

#include "store/control.hpp"

namespace reel::store {

Result<RecorderCache*> StoreFolder::recorders(std::string_view name_space,
                                              const LogOptions& options) {
  const std::lock_guard lock(mutex_);
  if (!log_) {
    LogOptions listening = options;
    listening.on_wanted = [this, theirs = options.on_wanted] {
      release_wanted();
      if (theirs) theirs();
    };
    auto opened = Log::open(path_, std::move(listening));
    if (!opened) return opened.status();
    log_.emplace(*std::move(opened));
    open_streams_max_ =
        std::min<std::size_t>(kOpenStreamsMax, std::max(options.open_streams_max / 2, 1u));
    open_log_.store(&*log_, std::memory_order_release);
  }
  return &cache_of(name_space);
}

// Whoever asks once more finds what is passed over here.
void StoreFolder::release_wanted() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || ending_) return;
  for (auto& [name_space, cache] : caches_) cache.release_wanted();
}

StoreFolder::~StoreFolder() {
  const std::lock_guard lock(mutex_);
  ending_ = true;  // the Log's thread goes on while the caches are destroyed
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
      const bool alone = log() != nullptr && !log()->shared();
      return alone ? std::optional(log()->watermarks()) : std::nullopt;
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
  return reel::delete_stream(path_, id, name_space);
}

Status StoreFolder::flush(std::uint32_t deadline_ms) {
  return log() == nullptr ? Status() : log()->flush(deadline_ms);
}
Status StoreFolder::sync(std::uint32_t deadline_ms) {
  return log() == nullptr ? Status() : log()->sync(deadline_ms);
}

}  // namespace reel::store
