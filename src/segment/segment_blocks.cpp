#include "segment/segment_blocks.hpp"

#include <utility>

namespace reel::segment {

std::shared_ptr<const DataBlock> read_data_block(std::string_view file, std::uint64_t segment_id,
                                                 std::uint32_t ordinal, const BlockEntry& entry,
                                                 std::shared_ptr<const void> keep,
                                                 std::shared_ptr<const Words> words,
                                                 BlockDamage& damaged) {
  const auto header = whole_block(file, segment_id, entry, BlockKind::data, ordinal, damaged);
  if (!header) return nullptr;
  auto block = DataBlock::parse(block_payload(file, *header), header->raw_bytes, std::move(keep),
                                std::move(words));
  if (block == nullptr) damaged = {block_bytes(*header), "block columns"};
  return block;
}

std::shared_ptr<const DataBlock> SegmentBlocks::read(std::size_t i, Damage& damage) const {
  const auto& [ordinal, entry] = source_.blocks[i];
  BlockDamage found;
  auto block = read_data_block(source_.bytes, source_.segment_id, ordinal, entry, source_.mapping,
                               source_.words, found);
  if (block == nullptr) damage = {source_.path, entry.offset, found.bytes, found.what};
  return block;
}

Damage SegmentBlocks::damaged(std::size_t i) const {
  const BlockEntry& entry = source_.blocks[i].second;
  return {source_.path, entry.offset, sizeof(BlockHeader) + padded(entry.stored_bytes),
          "block columns"};
}

}  // namespace reel::segment
