// The tree behind MemoryFileSystem, and the plan of its faults. Everything here is guarded by
// MemoryState::mutex, which callers hold.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/memory_file_system.hpp"

namespace reel::io {

// What shares a capacity.
struct MemoryVolume {
  std::uint64_t device = 0;
  std::uint64_t capacity = 0;
  std::uint64_t used = 0;
  bool is_tmpfs = false;

  std::uint64_t free() const { return capacity > used ? capacity - used : 0; }
};

struct MemoryNode;
using MemoryNodePtr = std::shared_ptr<MemoryNode>;
using MemoryNames = std::map<std::string, MemoryNodePtr, std::less<>>;

// The bytes of a shared file, which mappings point into.
struct MemoryPages {
  static constexpr std::size_t kPage = 4096;
  explicit MemoryPages(std::size_t size)
      : bytes(new char[size]()), size(size), reserved((size + kPage - 1) / kPage) {}
  std::unique_ptr<char[]> bytes;
  std::size_t size;
  std::vector<bool> reserved;
};

// A file or a folder.
struct MemoryNode {
  MemoryNode(std::uint64_t inode_number, std::shared_ptr<MemoryVolume> on)
      : inode(inode_number), volume(std::move(on)) {}
  MemoryNode(const MemoryNode&) = delete;
  MemoryNode& operator=(const MemoryNode&) = delete;
  ~MemoryNode() { volume->used -= charged; }

  std::uint64_t inode;
  std::shared_ptr<MemoryVolume> volume;
  std::uint64_t charged = 0;  // of the volume's capacity
  bool is_directory = false;
  MemoryNames names;  // of a folder: now, and after a power cut
  MemoryNames durable_names;
  std::string bytes;                   // of a file that is appended to
  std::size_t synced = 0;              // so many of `bytes` are durable
  std::shared_ptr<MemoryPages> pages;  // of a shared file; else null
  bool is_locked = false;

  std::uint64_t size() const { return pages != nullptr ? pages->size : bytes.size(); }
  // Takes room on the volume; takes nothing and answers false when there is too little.
  bool charge(std::uint64_t more);
};

class MemoryState {
 public:
  explicit MemoryState(std::uint64_t capacity_bytes);

  std::mutex mutex;
  std::function<void()> sync_stall;  // called without the mutex
  std::shared_ptr<MemoryVolume> disk;
  MemoryNodePtr root;

  MemoryNodePtr new_node(const std::shared_ptr<MemoryVolume>& volume);
  std::shared_ptr<MemoryVolume> new_volume(std::uint64_t capacity_bytes, bool is_tmpfs);

  // The node of `path`; ENOENT, ENOTDIR or EINVAL (a path with "..") otherwise.
  Result<MemoryNodePtr> find(const std::string& path, std::string_view action) const;
  // Likewise, and EISDIR when it is no file.
  Result<MemoryNodePtr> find_file(const std::string& path, std::string_view action) const;
  // Where a name is or goes: the folder that `path` lies in, and its last part.
  struct Place {
    MemoryNodePtr folder;
    std::string name;
  };
  Result<Place> place(const std::string& path, std::string_view action) const;
  // A new file at `path`; EEXIST when there is something.
  Result<MemoryNodePtr> create(const std::string& path, std::string_view action);
  // All the folders of `path` that are not there yet, their names durable.
  Status create_directories(const std::string& path, std::string_view action);

  // Counts an operation; the fault that hits it, if one does.
  std::optional<Fault> enter(Operation kind);
  void plan(const Fault& fault) { plan_.push_back({fault, 0}); }
  void clear_plan() { plan_.clear(); }
  std::uint64_t count(Operation kind) const { return counts_[static_cast<std::size_t>(kind)]; }

  // A deep copy: as it is, or as a power cut leaves it.
  std::shared_ptr<MemoryState> copy(const std::optional<CrashOptions>& crash) const;

 private:
  struct Planned {
    Fault fault;
    std::uint64_t seen;
  };
  std::vector<Planned> plan_;
  std::array<std::uint64_t, kOperationKinds> counts_{};
  std::uint64_t next_inode_ = 1;
  std::uint64_t next_device_ = 1;
};

// The handles.
std::unique_ptr<AppendFile> memory_append_file(std::shared_ptr<MemoryState> state,
                                               MemoryNodePtr node, std::string path);
std::unique_ptr<Mapping> memory_mapping(const MemoryNode& node);
std::unique_ptr<ReadFile> memory_read_file(std::shared_ptr<MemoryState> state, MemoryNodePtr node,
                                           std::string path);
std::unique_ptr<SharedMapping> memory_shared_mapping(std::shared_ptr<MemoryState> state,
                                                     MemoryNodePtr node, std::string path);
std::unique_ptr<FileLock> memory_lock(std::shared_ptr<MemoryState> state, MemoryNodePtr node);

}  // namespace reel::io
