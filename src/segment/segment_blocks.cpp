#include "segment/segment_blocks.hpp"

#include "segment/block_codec.hpp"

namespace reel::segment {

std::shared_ptr<const DataBlock> SegmentBlocks::read(std::size_t i, Damage& damage) const {
  const auto& [ordinal, entry] = source_.blocks[i];
  BlockDamage found;
  const auto header = whole_block(source_.bytes, source_.segment_id, entry, BlockKind::data,
                                  ordinal, found);
  if (!header) {
    damage = {source_.path, entry.offset, found.bytes, found.what};
    return nullptr;
  }
  auto block = DataBlock::parse(block_payload(source_.bytes, *header), header->raw_bytes,
                                source_.mapping, source_.words);
  if (block == nullptr) damage = damaged(i);
  return block;
}

Damage SegmentBlocks::damaged(std::size_t i) const {
  const BlockEntry& entry = source_.blocks[i].second;
  return {source_.path, entry.offset, sizeof(BlockHeader) + padded(entry.stored_bytes),
          "block columns"};
}

}  // namespace reel::segment
