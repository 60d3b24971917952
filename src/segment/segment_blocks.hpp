// SegmentBlocks: the blocks of a segment that hold events, as they were at one moment. It never
// changes and may be read by any number of threads. Nothing is kept: each read checks and unpacks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/file_view.hpp"
#include "reel/reader.hpp"
#include "segment/block_codec.hpp"
#include "segment/data_block.hpp"

namespace reel::segment {

// The data block that an index or scan names, checked and taken apart; nullptr: it is damaged.
std::shared_ptr<const DataBlock> read_data_block(const io::FileView& file, std::uint64_t segment_id,
                                                 std::uint32_t ordinal, const BlockEntry& entry,
                                                 std::shared_ptr<const Words> words,
                                                 BlockDamage& damaged);

class SegmentBlocks {
 public:
  struct Source {
    std::string path;
    std::shared_ptr<const io::FileView> file;
    std::uint64_t segment_id = 0;
    std::vector<std::pair<std::uint32_t, BlockEntry>> blocks;  // with their ordinals
    std::shared_ptr<const Words> words;
  };
  explicit SegmentBlocks(Source source) : source_(std::move(source)) {}

  std::size_t count() const noexcept { return source_.blocks.size(); }
  std::uint32_t events(std::size_t i) const noexcept { return source_.blocks[i].second.events; }
  // The block belongs to who asks, and to one thread. nullptr: it is damaged, `damage` says how.
  std::shared_ptr<const DataBlock> read(std::size_t i, Damage& damage) const;
  // What to say of a block whose columns make no sense.
  Damage damaged(std::size_t i) const;

 private:
  Source source_;
};

}  // namespace reel::segment
