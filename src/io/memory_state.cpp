#include "io/memory_state.hpp"

#include "io/errors.hpp"

namespace reel::io {
namespace {

// The parts of a path, without empty ones and ".".
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return parts;
}

}  // namespace

bool MemoryNode::charge(std::uint64_t more) {
  if (more > volume->free()) return false;
  volume->used += more;
  charged += more;
  return true;
}

MemoryState::MemoryState(std::uint64_t capacity_bytes) {
  disk = new_volume(capacity_bytes, false);
  root = new_node(disk);
  root->is_directory = true;
}

MemoryNodePtr MemoryState::new_node(const std::shared_ptr<MemoryVolume>& volume) {
  return std::make_shared<MemoryNode>(next_inode_++, volume);
}

std::shared_ptr<MemoryVolume> MemoryState::new_volume(std::uint64_t capacity_bytes, bool is_tmpfs) {
  auto volume = std::make_shared<MemoryVolume>();
  volume->device = next_device_++;
  volume->capacity = capacity_bytes;
  volume->is_tmpfs = is_tmpfs;
  return volume;
}

Result<MemoryNodePtr> MemoryState::find(const std::string& path, std::string_view action) const {
  if (path.empty()) return system_error(ENOENT, path, action);
  MemoryNodePtr node = root;
  for (const std::string& part : parts_of(path)) {
    if (part == "..") return system_error(EINVAL, path, action);
    if (!node->is_directory) return system_error(ENOTDIR, path, action);
    const auto found = node->names.find(part);
    if (found == node->names.end()) return system_error(ENOENT, path, action);
    node = found->second;
  }
  return node;
}

Result<MemoryNodePtr> MemoryState::find_file(const std::string& path,
                                             std::string_view action) const {
  auto node = find(path, action);
  if (node && (*node)->is_directory) return system_error(EISDIR, path, action);
  return node;
}

Result<MemoryState::Place> MemoryState::place(const std::string& path,
                                              std::string_view action) const {
  std::vector<std::string> parts = parts_of(path);
  if (parts.empty()) return system_error(EISDIR, path, action);
  Place place;
  place.name = std::move(parts.back());
  parts.pop_back();
  std::string above = "/";
  for (const std::string& part : parts) above = join(above, part);
  auto folder = find(above, action);
  if (!folder) return folder.status();
  if (!(*folder)->is_directory) return system_error(ENOTDIR, path, action);
  if (place.name == "..") return system_error(EINVAL, path, action);
  place.folder = *std::move(folder);
  return place;
}

Result<MemoryNodePtr> MemoryState::create(const std::string& path, std::string_view action) {
  auto where = place(path, action);
  if (!where) return where.status();
  MemoryNodePtr& slot = where->folder->names[where->name];
  if (slot != nullptr) return system_error(EEXIST, path, action);
  slot = new_node(where->folder->volume);
  return slot;
}

Status MemoryState::create_directories(const std::string& path, std::string_view action) {
  if (path.empty()) return system_error(ENOENT, path, action);
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string folder = path.substr(0, end);
    auto found = find(folder, action);
    if (found && !(*found)->is_directory) return system_error(ENOTDIR, path, action);
    if (found) continue;
    if (found.error().code != ErrorCode::not_found) return found.status();
    auto where = place(folder, action);
    if (!where) return where.status();
    auto node = new_node(where->folder->volume);
    node->is_directory = true;
    where->folder->names[where->name] = node;
    where->folder->durable_names[where->name] = node;
  }
  return {};
}

std::optional<Fault> MemoryState::enter(Operation kind) {
  ++counts_[static_cast<std::size_t>(kind)];
  std::optional<Fault> hit;
  for (Planned& planned : plan_) {
    if (planned.fault.kind && *planned.fault.kind != kind) continue;
    const std::uint64_t number = planned.seen++;
    const bool hits =
        planned.fault.for_ever ? number >= planned.fault.nth : number == planned.fault.nth;
    if (hits && !hit) hit = planned.fault;
  }
  return hit;
}

}  // namespace reel::io
