// BlockCache: the data blocks of a reader's segments that were used last, up to so many bytes.
// Streams that were live together share their blocks, and a walk over all streams meets them again
// soon. One thread. Blocks that somebody holds stay whatever the cache does.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

#include "segment/data_block.hpp"

namespace reel::segment {

class BlockCache {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{32} << 20;
  explicit BlockCache(std::size_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  std::size_t bytes() const noexcept { return bytes_; }

 private:
  friend class FileBlocks;
  struct Kept {
    std::uint64_t key;
    std::shared_ptr<const DataBlock> block;
  };
  using List = std::list<Kept>;

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::uint32_t files_ = 0;
  List kept_;  // used last comes first
  std::unordered_map<std::uint64_t, List::iterator> by_key_;
  void drop(List::iterator kept);
};

// The blocks of one file in a cache; they leave it with this object, for each keeps its file
// mapped.
class FileBlocks {
 public:
  explicit FileBlocks(std::shared_ptr<BlockCache> cache)
      : cache_(std::move(cache)), file_(cache_->files_++) {}
  FileBlocks(FileBlocks&&) = default;
  FileBlocks& operator=(FileBlocks&&) = delete;
  ~FileBlocks();

  // nullptr when it is not there.
  std::shared_ptr<const DataBlock> find(std::uint32_t ordinal);
  // What was used longest ago goes first; the block itself stays, however large.
  void put(std::uint32_t ordinal, std::shared_ptr<const DataBlock> block);

 private:
  std::uint64_t key_of(std::uint32_t ordinal) const noexcept {
    return std::uint64_t{file_} << 32 | ordinal;
  }
  std::shared_ptr<BlockCache> cache_;  // nullptr: moved from
  std::uint32_t file_;
};

}  // namespace reel::segment
