// The calls of the FileSystem. What a test does to it is in memory_faults.cpp.
#include "io/memory_file_system.hpp"

#include <unistd.h>

#include <algorithm>

#include "io/errors.hpp"
#include "io/memory_state.hpp"

namespace reel::io {
namespace {

// Counts the operation; the planned error when a fault hits it.
Status enter(MemoryState& state, Operation kind, const std::string& path, std::string_view action) {
  const auto fault = state.enter(kind);
  return fault ? Status(system_error(fault->sys_errno, path, action)) : Status();
}

// Whether rename may put `from` in the place of `to`; 0 or an errno.
int rename_obstacle(const MemoryNode& from, const MemoryNodePtr& to, const MemoryNode& folder) {
  if (from.volume != folder.volume) return EXDEV;
  if (to == nullptr) return 0;
  if (to->is_directory && !from.is_directory) return EISDIR;
  if (!to->is_directory && from.is_directory) return ENOTDIR;
  return to->names.empty() ? 0 : ENOTEMPTY;
}

}  // namespace

MemoryFileSystem::MemoryFileSystem(std::uint64_t capacity_bytes)
    : state_(std::make_shared<MemoryState>(capacity_bytes)) {}
MemoryFileSystem::MemoryFileSystem(std::shared_ptr<MemoryState> state) : state_(std::move(state)) {}
MemoryFileSystem::~MemoryFileSystem() = default;

Status MemoryFileSystem::create_directories(const std::string& path) {
  constexpr std::string_view kAction = "create this folder";
  const std::lock_guard guard(state_->mutex);
  Status status = enter(*state_, Operation::create_directories, path, kAction);
  return status ? state_->create_directories(path, kAction) : status;
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& directory) {
  constexpr std::string_view kAction = "list this folder";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::list, directory, kAction); !s) return s;
  auto node = state_->find(directory, kAction);
  if (!node) return node.status();
  if (!(*node)->is_directory) return system_error(ENOTDIR, directory, kAction);
  std::vector<std::string> names;
  for (const auto& [name, child] : (*node)->names) names.push_back(name);
  return names;
}

Result<FileInfo> MemoryFileSystem::info(const std::string& path) {
  constexpr std::string_view kAction = "look at this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::info, path, kAction); !s) return s;
  auto node = state_->find(path, kAction);
  if (!node) return node.status();
  FileInfo info;
  info.size = (*node)->size();
  info.device = (*node)->volume->device;
  info.inode = (*node)->inode;
  info.is_directory = (*node)->is_directory;
  return info;
}

Status MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  const std::string action = "rename this file to " + to;
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::rename, from, action); !s) return s;
  auto node = state_->find(from, action);
  if (!node) return node.status();
  auto source = state_->place(from, action);
  if (!source) return source.status();
  auto target = state_->place(to, action);
  if (!target) return target.status();
  if (to.compare(0, from.size() + 1, from + '/') == 0) return system_error(EINVAL, from, action);
  MemoryNames& names = target->folder->names;
  const auto there = names.find(target->name);
  const MemoryNodePtr replaced = there == names.end() ? nullptr : there->second;
  if (replaced == *node) return {};
  if (const int why = rename_obstacle(**node, replaced, *target->folder); why != 0) {
    return system_error(why, from, action);
  }
  names[target->name] = *node;
  source->folder->names.erase(source->name);
  return {};
}

Status MemoryFileSystem::link(const std::string& from, const std::string& to) {
  const std::string action = "link this file to " + to;
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::link, from, action); !s) return s;
  auto node = state_->find(from, action);
  if (!node) return node.status();
  if ((*node)->is_directory) return system_error(EPERM, from, action);
  auto target = state_->place(to, action);
  if (!target) return target.status();
  if ((*node)->volume != target->folder->volume) return system_error(EXDEV, from, action);
  const bool is_new = target->folder->names.emplace(target->name, *node).second;
  return is_new ? Status() : system_error(EEXIST, from, action);
}

Status MemoryFileSystem::remove(const std::string& path) {
  constexpr std::string_view kAction = "remove this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::remove, path, kAction); !s) return s;
  auto node = state_->find(path, kAction);
  if (!node) return node.status();
  if (!(*node)->names.empty()) return system_error(ENOTEMPTY, path, kAction);
  auto where = state_->place(path, kAction);
  if (!where) return where.status();
  where->folder->names.erase(where->name);
  return {};
}

Status MemoryFileSystem::sync_directory(const std::string& path) {
  constexpr std::string_view kAction = "make the names in this folder durable";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::sync_directory, path, kAction); !s) return s;
  auto node = state_->find(path, kAction);
  if (!node) return node.status();
  if (!(*node)->is_directory) return system_error(ENOTDIR, path, kAction);
  (*node)->durable_names = (*node)->names;
  return {};
}

Status MemoryFileSystem::sync_file(const std::string& path) {
  constexpr std::string_view kAction = "make this file durable";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::sync, path, kAction); !s) return s;
  auto node = state_->find(path, kAction);
  if (!node) return node.status();
  (*node)->synced = (*node)->bytes.size();
  return {};
}

Result<std::unique_ptr<AppendFile>> MemoryFileSystem::create(const std::string& path) {
  constexpr std::string_view kAction = "create this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::create, path, kAction); !s) return s;
  auto node = state_->create(path, kAction);
  if (!node) return node.status();
  return memory_append_file(state_, *std::move(node), path);
}

Result<std::string> MemoryFileSystem::read(const std::string& path, std::uint64_t bytes_max) {
  constexpr std::string_view kAction = "read this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::read, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node) return node.status();
  if ((*node)->size() > bytes_max) {
    return usage_error(ErrorCode::too_large, path,
                       "this file is larger than it can be; it is not reel's or is damaged");
  }
  return std::string(memory_mapping(**node)->bytes());
}

Result<std::unique_ptr<Mapping>> MemoryFileSystem::map(const std::string& path) {
  constexpr std::string_view kAction = "map this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::map, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node) return node.status();
  return memory_mapping(**node);
}

Result<std::unique_ptr<ReadFile>> MemoryFileSystem::open(const std::string& path) {
  constexpr std::string_view kAction = "open this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::map, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node) return node.status();
  return memory_read_file(state_, *std::move(node), path);
}

Result<std::unique_ptr<SharedMapping>> MemoryFileSystem::create_shared(const std::string& path,
                                                                       std::uint64_t bytes) {
  constexpr std::string_view kAction = "create this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::create_shared, path, kAction); !s) return s;
  if (bytes == 0) {
    return usage_error(ErrorCode::invalid_argument, path, "a shared file needs a size");
  }
  auto node = state_->create(path, kAction);
  if (!node) return node.status();
  (*node)->pages = std::make_shared<MemoryPages>(static_cast<std::size_t>(bytes));
  return memory_shared_mapping(state_, *std::move(node), path);
}

Result<std::unique_ptr<SharedMapping>> MemoryFileSystem::open_shared(const std::string& path) {
  constexpr std::string_view kAction = "open this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::open_shared, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node) return node.status();
  if ((*node)->size() == 0) {
    return usage_error(ErrorCode::damaged, path, "this shared file is empty; remove it");
  }
  if ((*node)->pages == nullptr) {  // it was written with append: from now on it is shared
    auto pages = std::make_shared<MemoryPages>((*node)->bytes.size());
    std::copy((*node)->bytes.begin(), (*node)->bytes.end(), pages->bytes.get());
    (*node)->pages = std::move(pages);
  }
  return memory_shared_mapping(state_, *std::move(node), path);
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const std::string& path) {
  constexpr std::string_view kAction = "lock this file";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::lock, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node && node.error().code == ErrorCode::not_found) node = state_->create(path, kAction);
  if (!node) return node.status();
  if ((*node)->is_locked) {
    return usage_error(ErrorCode::busy, path,
                       "it is held by process " + std::to_string(::getpid()) +
                           "; close it there first or wait for it to end");
  }
  return memory_lock(state_, *std::move(node));
}

void MemoryFileSystem::kill_holder(const std::string& lock_path) {
  const std::lock_guard guard(state_->mutex);
  if (const auto node = state_->find_file(lock_path, "take away this lock")) {
    (*node)->is_locked = false;
  }
}

Result<bool> MemoryFileSystem::is_locked(const std::string& path) {
  constexpr std::string_view kAction = "ask who holds this lock";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::is_locked, path, kAction); !s) return s;
  auto node = state_->find_file(path, kAction);
  if (!node) {
    if (node.error().code == ErrorCode::not_found) return false;
    return node.status();
  }
  return (*node)->is_locked;
}

Result<FileSystem::Space> MemoryFileSystem::space(const std::string& path) {
  constexpr std::string_view kAction = "ask for the free space here";
  const std::lock_guard guard(state_->mutex);
  if (Status s = enter(*state_, Operation::space, path, kAction); !s) return s;
  auto node = state_->find(path, kAction);
  if (!node) return node.status();
  return Space{(*node)->volume->free(), (*node)->volume->is_tmpfs};
}

}  // namespace reel::io
