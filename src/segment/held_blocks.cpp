#include "segment/held_blocks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace reel::segment {
namespace {

constexpr std::size_t kSlabBytes = std::size_t{2} << 20;
constexpr std::size_t kSparesMax = 8;

}  // namespace

HeldBlocks::Slab& HeldBlocks::slab_for(std::size_t bytes) {
  if (!slabs_.empty() && slabs_.back().memory.size() - slabs_.back().used >= bytes) {
    return slabs_.back();
  }
  spare_.reserve(kSparesMax);  // so that giving one up cannot fail
  if (!spare_.empty() && bytes <= spare_.back().size()) {
    slabs_.push_back({std::move(spare_.back()), 0, 0});
    spare_.pop_back();
  } else {
    slabs_.push_back({io::LargeBuffer(std::max(bytes, kSlabBytes)), 0, 0});
  }
  return slabs_.back();
}

void HeldBlocks::push(std::string_view block) {
  Slab& slab = slab_for(block.size());
  char* const to = slab.memory.data() + slab.used;
  std::memcpy(to, block.data(), block.size());
  blocks_.emplace_back(to, block.size());
  slab.used += block.size();
  ++slab.blocks;
}

void HeldBlocks::give_up(Slab& slab) noexcept {
  if (spare_.size() < kSparesMax) spare_.push_back(std::move(slab.memory));
}

void HeldBlocks::drop_front(std::size_t count) noexcept {
  for (; count > 0; --count) {
    blocks_.pop_front();
    while (slabs_.front().blocks == 0) slabs_.pop_front();
    if (--slabs_.front().blocks > 0) continue;
    give_up(slabs_.front());
    slabs_.pop_front();
  }
}

void HeldBlocks::drop_back(std::size_t count) noexcept {
  for (; count > 0; --count) {
    while (slabs_.back().blocks == 0) slabs_.pop_back();
    slabs_.back().used -= blocks_.back().size();
    --slabs_.back().blocks;
    blocks_.pop_back();
  }
}

}  // namespace reel::segment
