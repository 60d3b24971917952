// BlockCache: the data blocks of a reader's segments that were used last, up to so many bytes.
// Streams that were live together share their blocks, and a walk over all streams meets them again
// soon. One thread. Blocks that somebody holds stay whatever the cache does.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "segment/data_block.hpp"

namespace reel::segment {

class BlockCache {
 public:
  explicit BlockCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // A name for a file whose blocks are kept here; never given twice.
  std::uint32_t add_file() noexcept { return files_++; }

  // nullptr when it is not there.
  std::shared_ptr<const DataBlock> find(std::uint32_t file, std::uint32_t ordinal);
  // What was used longest ago goes first; the block itself stays, however large.
  void put(std::uint32_t file, std::uint32_t ordinal, std::shared_ptr<const DataBlock> block);

  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Kept {
    std::uint64_t key;
    std::shared_ptr<const DataBlock> block;
  };
  static std::uint64_t key_of(std::uint32_t file, std::uint32_t ordinal) noexcept {
    return std::uint64_t{file} << 32 | ordinal;
  }
  static std::size_t bytes_of(const DataBlock& block) noexcept;

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::uint32_t files_ = 0;
  std::list<Kept> kept_;  // used last comes first
  std::unordered_map<std::uint64_t, std::list<Kept>::iterator> by_key_;
};

}  // namespace reel::segment
