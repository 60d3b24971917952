#include "segment/fragments.hpp"

#include "segment/block_codec.hpp"

namespace reel::segment {

std::optional<FragmentDamage> assemble(const io::FileView& file, std::uint64_t segment_id,
                                       const BlockRow& row, std::string& buffer, EventView& event) {
  buffer.clear();
  const std::uint64_t wanted = row.fragment_text_bytes + row.fragment_parts_bytes;
  std::uint64_t offset = row.fragment_offset;
  while (buffer.size() < wanted) {
    const auto header = read_block_header(file, offset, segment_id);
    if (!header || header->kind != BlockKind::fragment || header->raw_bytes == 0 ||
        header->raw_bytes > wanted - buffer.size()) {
      return FragmentDamage{offset, sizeof(BlockHeader)};
    }
    const auto block = read_block(file, *header);
    const auto raw = block ? unpack(*block) : nullptr;
    if (raw == nullptr) return FragmentDamage{offset, block_bytes(*header)};
    buffer.append(raw.get(), header->raw_bytes);
    offset += block_bytes(*header);
  }
  event = row.event;
  event.text = std::string_view(buffer).substr(0, row.fragment_text_bytes);
  event.parts = std::string_view(buffer).substr(row.fragment_text_bytes);
  return std::nullopt;
}

}  // namespace reel::segment
