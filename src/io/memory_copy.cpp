// Deep copies of the tree: what a kill or a power cut leaves behind.
#include <cstring>
#include <random>
#include <unordered_map>

#include "io/memory_state.hpp"

namespace reel::io {
namespace {

class Copier {
 public:
  Copier(MemoryState& to, const std::optional<CrashOptions>& crash)
      : to_(to), crash_(crash), random_(crash ? crash->seed : 0) {}

  MemoryNodePtr copy(const MemoryNodePtr& from) {
    MemoryNodePtr& made = nodes_[from.get()];
    if (made != nullptr) return made;  // known under its old name and its new one
    made = to_.new_node(copy(from->volume));
    const MemoryNodePtr node = made;
    node->inode = from->inode;
    node->is_directory = from->is_directory;
    if (from->is_directory) {
      copy_names(*from, *node);
    } else if (from->pages != nullptr) {
      copy_pages(*from->pages, *node);
    } else {
      copy_bytes(*from, *node);
    }
    node->charged = node->pages != nullptr ? from->charged : node->bytes.size();
    node->volume->used += node->charged;  // over a capacity that shrank, too
    return node;
  }

 private:
  std::shared_ptr<MemoryVolume> copy(const std::shared_ptr<MemoryVolume>& from) {
    auto& made = volumes_[from.get()];
    if (made == nullptr) {
      made = std::make_shared<MemoryVolume>(*from);
      made->used = 0;
    }
    return made;
  }

  void copy_names(const MemoryNode& from, MemoryNode& node) {
    if (!crash_) {
      for (const auto& [name, child] : from.names) node.names[name] = copy(child);
      for (const auto& [name, child] : from.durable_names) node.durable_names[name] = copy(child);
      return;
    }
    if (from.volume->is_tmpfs) return;
    const MemoryNames& left = crash_->keep_names ? from.names : from.durable_names;
    for (const auto& [name, child] : left) node.names[name] = copy(child);
    node.durable_names = node.names;
  }

  void copy_bytes(const MemoryNode& from, MemoryNode& node) {
    node.bytes = from.bytes;
    node.synced = from.synced;
    if (!crash_) return;
    const std::size_t unsynced = from.bytes.size() - from.synced;
    switch (crash_->unsynced) {
      case Unsynced::lost:
        node.bytes.resize(from.synced);
        break;
      case Unsynced::kept:
        break;
      case Unsynced::torn:
        node.bytes.resize(from.synced + below(unsynced + 1));
        break;
      case Unsynced::zeroed:
        std::fill(node.bytes.begin() + static_cast<std::ptrdiff_t>(from.synced), node.bytes.end(),
                  '\0');
        break;
    }
    node.synced = node.bytes.size();
  }

  void copy_pages(const MemoryPages& from, MemoryNode& node) {
    node.pages = std::make_shared<MemoryPages>(from.size);
    node.pages->reserved = from.reserved;
    for (std::size_t at = 0; at < from.size; at += MemoryPages::kPage) {
      if (!page_survives()) continue;
      std::memcpy(node.pages->bytes.get() + at, from.bytes.get() + at,
                  std::min(MemoryPages::kPage, from.size - at));
    }
  }

  bool page_survives() {
    if (!crash_ || crash_->unsynced == Unsynced::kept) return true;
    return crash_->unsynced == Unsynced::torn && below(2) == 0;
  }

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  MemoryState& to_;
  const std::optional<CrashOptions>& crash_;
  std::mt19937_64 random_;
  std::unordered_map<const MemoryNode*, MemoryNodePtr> nodes_;
  std::unordered_map<const MemoryVolume*, std::shared_ptr<MemoryVolume>> volumes_;
};

}  // namespace

std::shared_ptr<MemoryState> MemoryState::copy(const std::optional<CrashOptions>& crash) const {
  auto state = std::make_shared<MemoryState>(0);
  state->root = Copier(*state, crash).copy(root);
  state->disk = state->root->volume;
  state->next_inode_ = next_inode_;
  state->next_device_ = next_device_;
  return state;
}

}  // namespace reel::io
