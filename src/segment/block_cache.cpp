#include "segment/block_cache.hpp"

namespace reel::segment {
namespace {

// As if all columns were unpacked: some may be later.
std::size_t bytes_of(const DataBlock& block) noexcept {
  return sizeof(DataBlock) + block.shape().raw_bytes() + block.runs().size() * sizeof(BlockRun);
}

}  // namespace

void BlockCache::drop(List::iterator kept) {
  bytes_ -= bytes_of(*kept->block);
  by_key_.erase(kept->key);
  kept_.erase(kept);
}

FileBlocks::~FileBlocks() {
  if (cache_ == nullptr) return;
  for (auto kept = cache_->kept_.begin(); kept != cache_->kept_.end();) {
    const auto here = kept++;
    if (here->key >> 32 == file_) cache_->drop(here);
  }
}

std::shared_ptr<const DataBlock> FileBlocks::find(std::uint32_t ordinal) {
  const auto found = cache_->by_key_.find(key_of(ordinal));
  if (found == cache_->by_key_.end()) return nullptr;
  cache_->kept_.splice(cache_->kept_.begin(), cache_->kept_, found->second);
  return found->second->block;
}

void FileBlocks::put(std::uint32_t ordinal, std::shared_ptr<const DataBlock> block) {
  const std::uint64_t key = key_of(ordinal);
  if (cache_->by_key_.contains(key)) return;
  cache_->bytes_ += bytes_of(*block);
  cache_->kept_.push_front({key, std::move(block)});
  cache_->by_key_.emplace(key, cache_->kept_.begin());
  while (cache_->bytes_ > cache_->bytes_max_ && cache_->kept_.size() > 1) {
    cache_->drop(std::prev(cache_->kept_.end()));
  }
}

}  // namespace reel::segment
