#include "segment/block_cache.hpp"

#include <utility>

namespace reel::segment {

// As if all columns were unpacked: some may be later.
std::size_t BlockCache::bytes_of(const DataBlock& block) noexcept {
  return sizeof(DataBlock) + block.shape().raw_bytes() + block.runs().size() * sizeof(BlockRun);
}

std::shared_ptr<const DataBlock> BlockCache::find(std::uint32_t file, std::uint32_t ordinal) {
  const auto found = by_key_.find(key_of(file, ordinal));
  if (found == by_key_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->block;
}

void BlockCache::put(std::uint32_t file, std::uint32_t ordinal,
                     std::shared_ptr<const DataBlock> block) {
  const std::uint64_t key = key_of(file, ordinal);
  if (by_key_.contains(key)) return;
  bytes_ += bytes_of(*block);
  kept_.push_front({key, std::move(block)});
  by_key_.emplace(key, kept_.begin());
  while (bytes_ > bytes_max_ && kept_.size() > 1) {
    bytes_ -= bytes_of(*kept_.back().block);
    by_key_.erase(kept_.back().key);
    kept_.pop_back();
  }
}

}  // namespace reel::segment
