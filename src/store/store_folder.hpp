// StoreFolder: one store's folder as this process uses it, shared by all handles on it: the Log,
// once somebody appends, and the Reader.
//
// Found by identity, not by path: the store's UUID and the folder's device and inode. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "reel/log.hpp"
#include "store/folder_reader.hpp"
#include "store/recorder_cache.hpp"

namespace reel::store {

class StoreFolder {
 public:
  // Those who have the folder share it; the last one closes its Log. Null when there is no such
  // folder or it is empty. Errors: not_a_store, io.
  static Result<std::shared_ptr<StoreFolder>> find(const std::string& path);
  // Makes the store where there is none.
  static Result<std::shared_ptr<StoreFolder>> make(const std::string& path);

  explicit StoreFolder(std::string path) : path_(std::move(path)) {}
  ~StoreFolder();

  // The cache through which a namespace's streams are appended to; it lives as long as the folder.
  // Opens the Log. Errors: those of Log::open.
  Result<RecorderCache*> recorders(std::string_view name_space, const LogOptions& options);
  Result<std::shared_ptr<FolderReader>> reader();
  Result<bool> delete_stream(std::string_view id, std::string_view name_space);
  // ok at once when nothing was appended here.
  Status flush(std::uint32_t deadline_ms);
  Status sync(std::uint32_t deadline_ms);

  const std::string& path() const noexcept { return path_; }

 private:
  static constexpr std::size_t kOpenStreamsMax = 4096;

  void release_wanted();
  RecorderCache& cache_of(std::string_view name_space);
  Log* log() const noexcept { return open_log_.load(std::memory_order_acquire); }

  const std::string path_;
  std::mutex mutex_;  // guards what follows, up to the caches
  bool ending_ = false;
  std::optional<Log> log_;
  std::size_t open_streams_max_ = kOpenStreamsMax;
  std::map<std::string, RecorderCache, std::less<>> caches_;  // by namespace; none is ever removed
  std::shared_ptr<FolderReader> reader_;

  std::atomic<Log*> open_log_{nullptr};  // log_, once it is there
};

}  // namespace reel::store
