// Blocks as bytes: BlockPacker compresses a payload and puts header, checksums and padding around
// it; the functions below check and unpack what lies in a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "io/file_view.hpp"
#include "io/large_memory.hpp"
#include "segment/columns.hpp"
#include "segment/compression.hpp"
#include "segment/format.hpp"

namespace reel::segment {

class BlockPacker {
 public:
  explicit BlockPacker(int zstd_level) : compressor_(zstd_level) {}

  // The block with its padding; valid until the next call. `header` gets its lengths, flags and
  // checksums; the caller sets kind, ids, offset, ordinal, events and stamps. Fragments and
  // dictionaries are compressed when that makes them smaller, an index never (it is used in place).
  // Of a data block `raw` are the columns and `shape` tells their sizes.
  std::string_view pack(BlockHeader& header, const BlockShape& shape, std::string_view raw);
  // All but the checksums, which wait until the block's place in the file is known (seal_block).
  std::span<char> pack_unsealed(BlockHeader& header, const BlockShape& shape, std::string_view raw);

 private:
  std::size_t pack_whole(BlockHeader& header, std::string_view raw);
  std::size_t pack_columns(const BlockShape& shape, std::string_view raw);
  char* room_for_payload(std::size_t bytes);

  Compressor compressor_;
  io::LargeBuffer buffer_;
};

// Puts the header in front of a whole block in memory, and both checksums in both.
void seal_block(std::span<char> block, BlockHeader& header);

// The header at `offset`, if one lies there that is meant for this place of this segment, is whole
// and sane, and whose payload ends within the file.
std::optional<BlockHeader> read_block_header(const io::FileView& file, std::uint64_t offset,
                                             std::uint64_t segment_id);
BlockEntry entry_of(const BlockHeader& header) noexcept;
// Bytes from one block's start to the next.
std::uint64_t block_bytes(const BlockHeader& header) noexcept;

// A block whose checksums are right.
struct StoredBlock {
  BlockHeader header;
  std::string_view bytes;            // all of it, with header and padding
  std::shared_ptr<const void> keep;  // lives as long as `bytes` may

  std::string_view payload() const noexcept {
    return bytes.substr(sizeof header, header.stored_bytes);
  }
};

// The block of a header that was read there; nullopt: its payload or padding is not what was
// written, or cannot be read.
std::optional<StoredBlock> read_block(const io::FileView& file, const BlockHeader& header);

// A block of that kind and ordinal; nullopt: it is damaged, and `damaged` says what of it and how
// many bytes.
struct BlockDamage {
  std::uint64_t bytes = 0;
  const char* what = "";
};
std::optional<StoredBlock> whole_block(const io::FileView& file, std::uint64_t segment_id,
                                       const BlockEntry& entry, BlockKind kind,
                                       std::uint32_t ordinal, BlockDamage& damaged);

// Decompresses a fragment, dictionary or facets into exactly raw_bytes; nullptr when it is not
// that.
std::unique_ptr<char[]> unpack(const StoredBlock& block);

}  // namespace reel::segment
