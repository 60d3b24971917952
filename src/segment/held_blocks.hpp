// HeldBlocks: copies of the blocks that are not synced yet, oldest first, in large pieces of memory
// that are used again.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "io/large_memory.hpp"

namespace reel::segment {

class HeldBlocks {
 public:
  std::size_t size() const noexcept { return blocks_.size(); }
  // A view lives until its block is dropped.
  std::string_view operator[](std::size_t at) const noexcept { return blocks_[at]; }
  void push(std::string_view block);
  void drop_front(std::size_t count) noexcept;
  void drop_back(std::size_t count) noexcept;

 private:
  struct Slab {
    io::LargeBuffer memory;
    std::size_t used = 0, blocks = 0;
  };
  Slab& slab_for(std::size_t bytes);
  void give_up(Slab& slab) noexcept;

  std::deque<std::string_view> blocks_;
  std::deque<Slab> slabs_;  // in the order of their blocks
  std::vector<io::LargeBuffer> spare_;
};

}  // namespace reel::segment
