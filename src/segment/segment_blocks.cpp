#include "segment/segment_blocks.hpp"

#include <utility>

namespace reel::segment {

std::shared_ptr<const DataBlock> read_data_block(const io::FileView& file, std::uint64_t segment_id,
                                                 std::uint32_t ordinal, const BlockEntry& entry,
                                                 std::shared_ptr<const Words> words,
                                                 BlockDamage& damaged) {
  auto stored = whole_block(file, segment_id, entry, BlockKind::data, ordinal, damaged);
  if (!stored) return nullptr;
  auto block = DataBlock::parse(stored->payload(), stored->header.raw_bytes,
                                std::move(stored->keep), std::move(words));
  if (block == nullptr) damaged = {block_bytes(stored->header), "block columns"};
  return block;
}

std::shared_ptr<const DataBlock> SegmentBlocks::read(std::size_t i, Damage& damage) const {
  const auto& [ordinal, entry] = source_.blocks[i];
  BlockDamage found;
  auto block =
      read_data_block(*source_.file, source_.segment_id, ordinal, entry, source_.words, found);
  if (block == nullptr) damage = {source_.path, entry.offset, found.bytes, found.what};
  return block;
}

Damage SegmentBlocks::damaged(std::size_t i) const {
  const BlockEntry& entry = source_.blocks[i].second;
  return {source_.path, entry.offset, sizeof(BlockHeader) + padded(entry.stored_bytes),
          "block columns"};
}

}  // namespace reel::segment
