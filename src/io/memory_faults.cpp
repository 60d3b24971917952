// What a test does to a MemoryFileSystem: capacities, faults, kills and power cuts.
#include <utility>

#include "io/memory_file_system.hpp"
#include "io/memory_state.hpp"

namespace reel::io {

Status MemoryFileSystem::mount_tmpfs(const std::string& path, std::uint64_t capacity_bytes) {
  const std::lock_guard guard(state_->mutex);
  if (Status status = state_->create_directories(path, "mount here"); !status) return status;
  auto node = state_->find(path, "mount here");
  if (!node) return node.status();
  (*node)->volume = state_->new_volume(capacity_bytes, true);
  return {};
}

void MemoryFileSystem::set_capacity(std::uint64_t capacity_bytes) {
  const std::lock_guard guard(state_->mutex);
  state_->disk->capacity = capacity_bytes;
}

void MemoryFileSystem::fail(const Fault& fault) {
  const std::lock_guard guard(state_->mutex);
  state_->plan(fault);
}

void MemoryFileSystem::clear_faults() {
  const std::lock_guard guard(state_->mutex);
  state_->clear_plan();
}

void MemoryFileSystem::stall_syncs(std::function<void()> stall) {
  const std::lock_guard guard(state_->mutex);
  state_->sync_stall = std::move(stall);
}

std::uint64_t MemoryFileSystem::operations() const {
  std::uint64_t sum = 0;
  for (std::size_t kind = 0; kind < kOperationKinds; ++kind) {
    sum += operations(static_cast<Operation>(kind));
  }
  return sum;
}

std::uint64_t MemoryFileSystem::operations(Operation kind) const {
  const std::lock_guard guard(state_->mutex);
  return state_->count(kind);
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::kill_process() const {
  const std::lock_guard guard(state_->mutex);
  return std::unique_ptr<MemoryFileSystem>(new MemoryFileSystem(state_->copy(std::nullopt)));
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::crash(const CrashOptions& options) const {
  const std::lock_guard guard(state_->mutex);
  return std::unique_ptr<MemoryFileSystem>(new MemoryFileSystem(state_->copy(options)));
}

}  // namespace reel::io
