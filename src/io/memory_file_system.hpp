// MemoryFileSystem: a FileSystem for tests that lives in memory, fails on demand and can lose
// power.
//
// It is as strict as POSIX allows: bytes are durable after sync(), names after sync_directory() of
// their folder, and a name without bytes or bytes without a name are both lost. It holds one tree
// from "/"; relative paths start there too; ".." is refused.
//
// Thread-safe. Handles keep the tree they came from alive and go on working on it, so a Log that
// was "killed" cannot disturb the file system that survived it.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/file_system.hpp"

namespace reel::io {

// What can fail, and is counted. `close` is AppendFile::close(); destructors are not counted.
enum class Operation : std::uint8_t {
  create_directories,
  list,
  info,
  rename,
  link,
  remove,
  sync_directory,
  create,
  read,
  map,
  create_shared,
  open_shared,
  lock,
  is_locked,
  space,
  append,
  sync,
  close,
  reserve,
};
inline constexpr std::size_t kOperationKinds = 19;

struct Fault {
  std::optional<Operation> kind;  // absent: any operation
  std::uint64_t nth = 0;          // which of them, 0 = the next one after fail()
  bool for_ever = false;          // that one and all later ones, instead of that one alone
  int sys_errno = EIO;
  std::size_t torn_bytes = 0;  // a failing append leaves so many of its bytes behind
};

// What a power cut does to bytes that were written and never synced.
enum class Unsynced : std::uint8_t {
  lost,    // gone (default)
  kept,    // there: the kernel had written them back in time
  torn,    // a random prefix is there; of shared mappings, random pages
  zeroed,  // the length is there, the bytes are zero (delayed allocation)
};
struct CrashOptions {
  Unsynced unsynced = Unsynced::lost;
  bool keep_names = false;  // creations, renames and removals survive without sync_directory
  std::uint64_t seed = 0;   // of `torn`
};

class MemoryState;  // the tree; see memory_state.hpp

class MemoryFileSystem final : public FileSystem {
 public:
  // `capacity_bytes` bounds what append and reserve can take; beyond it they answer ENOSPC.
  explicit MemoryFileSystem(
      std::uint64_t capacity_bytes = std::numeric_limits<std::uint64_t>::max());
  ~MemoryFileSystem() override;

  // A folder with a capacity of its own that says it is tmpfs and is empty after a crash().
  Status mount_tmpfs(const std::string& path, std::uint64_t capacity_bytes);
  // The whole tree's new capacity; may be below what it holds.
  void set_capacity(std::uint64_t capacity_bytes);

  // Plans a fault beside those planned before.
  void fail(const Fault& fault);
  void clear_faults();
  // Called in the middle of each FileSync::sync from here on, whose thread it may hold up.
  void stall_syncs(std::function<void()> stall);
  std::uint64_t operations() const;  // done or failed since the start
  std::uint64_t operations(Operation kind) const;

  // What other processes find after this one got SIGKILL: everything written, no lock held.
  // This file system stays as it is. Faults are not taken over.
  std::unique_ptr<MemoryFileSystem> kill_process() const;
  // The same here, of one process among several: its lock is gone, the rest stays as it is. The
  // objects that stand for it must do nothing any more.
  void kill_holder(const std::string& lock_path);
  // What a power cut leaves.
  std::unique_ptr<MemoryFileSystem> crash(const CrashOptions& options = {}) const;

  Status create_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<FileInfo> info(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status link(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Status sync_file(const std::string& path) override;  // counts as Operation::sync
  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override;
  Result<std::string> read(const std::string& path, std::uint64_t bytes_max) override;
  Result<std::unique_ptr<Mapping>> map(const std::string& path) override;
  // Counts as Operation::map, each of its reads as Operation::read.
  Result<std::unique_ptr<ReadFile>> open(const std::string& path) override;
  Result<std::unique_ptr<SharedMapping>> create_shared(const std::string& path,
                                                       std::uint64_t bytes) override;
  Result<std::unique_ptr<SharedMapping>> open_shared(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
  Result<bool> is_locked(const std::string& path) override;
  Result<Space> space(const std::string& path) override;

 private:
  explicit MemoryFileSystem(std::shared_ptr<MemoryState> state);
  std::shared_ptr<MemoryState> state_;
};

}  // namespace reel::io
