// Every on-disk constant and struct of a segment file (docs/FORMAT.md tells the same in prose).
//
//   segment := header block* [index-block footer]
//   block   := BlockHeader payload zero{0..7}       each block starts at a multiple of 8
//
// All numbers are little-endian. Every checksum is XXH3-64 with seed 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace reel::segment {

inline constexpr std::uint64_t kHeaderMagic = 0x314745534c454552;  // "REELSEG1"
inline constexpr std::uint64_t kFooterMagic = 0x31444e454c454552;  // "REELEND1"
inline constexpr std::uint32_t kBlockMagic = 0x4b4c4252;           // "RBLK"
// A reader takes every minor version; what it must know to read a segment is a feature. None yet.
inline constexpr std::uint16_t kFormatVersion = 1, kFormatMinor = 1;
inline constexpr std::uint32_t kFeaturesKnown = 0;
inline constexpr std::size_t kBlockAlign = 8;

// A data block, decompressed; whatever a file says, no more is ever unpacked at once.
inline constexpr std::size_t kBlockRawMax = std::size_t{4} << 20;
inline constexpr std::size_t kBlockEventsMax = std::size_t{1} << 18;
// Frames with more text and parts than this (after elision) go into fragment blocks.
inline constexpr std::size_t kInlineBytesMax = std::size_t{512} << 10;
inline constexpr std::size_t kFragmentRawMax = std::size_t{1} << 20;
inline constexpr std::size_t kLineageRawMax = std::size_t{1} << 30;
// Text and parts of one event; a frame cannot hold more (two 32-bit lengths).
inline constexpr std::uint64_t kEventBytesMax = std::uint64_t{1} << 33;
inline constexpr std::uint64_t kSegmentEventsMax = UINT32_MAX;

struct SegmentHeader {
  std::uint64_t magic = kHeaderMagic;
  std::uint16_t version = kFormatVersion, minor = kFormatMinor;
  std::uint32_t features = 0;
  std::uint64_t store_high = 0, store_low = 0;
  std::uint64_t segment_id = 0;
  std::uint64_t number = 0;
  std::uint32_t lane = 0;
  std::int32_t zstd_level = 0;
  std::int64_t created_us = 0;
  std::uint64_t elision_key_high = 0, elision_key_low = 0;
  // Not 0: it was begun while that segment, of so many bytes, was not durable yet.
  std::uint64_t after_number = 0, after_bytes = 0;
  std::uint64_t reserved[3] = {};  // zero
  std::uint64_t checksum = 0;      // of all before
};
static_assert(sizeof(SegmentHeader) == 128 && std::is_trivially_copyable_v<SegmentHeader>);

enum class BlockKind : std::uint8_t {
  data = 1,
  fragment = 2,
  index = 3,
  dictionary = 4,
  facets = 5,
  lineage = 6,  // since minor version 1
};

// The payload of a fragment, dictionary, facet or lineage block is one frame, else it is stored as
// it is. Data blocks compress their columns (columns.hpp), an index its pages.
enum BlockFlag : std::uint8_t { kZstd = 1 };

struct BlockHeader {
  std::uint64_t header_checksum = 0;   // of the rest of this header
  std::uint64_t payload_checksum = 0;  // of the header after this field, then the payload
  std::uint32_t magic = kBlockMagic;
  BlockKind kind = BlockKind::data;
  std::uint8_t flags = 0;
  std::uint16_t zero = 0;
  std::uint64_t segment_id = 0;  // of this file: a block of another one is never taken for ours
  std::uint64_t offset = 0;      // of this header in the file, likewise
  std::uint32_t ordinal = 0;     // 0, 1, ... over all blocks of the file
  std::uint32_t events = 0;
  std::uint32_t stored_bytes = 0;  // of the payload, without padding
  std::uint32_t raw_bytes = 0;     // decompressed; of a data block its columns alone
  double min_ts_ms = 0, max_ts_ms = 0;
};
static_assert(sizeof(BlockHeader) == 72 && std::is_trivially_copyable_v<BlockHeader>);
static_assert(offsetof(BlockHeader, max_ts_ms) == 64 && sizeof(BlockHeader) % kBlockAlign == 0);

inline constexpr std::size_t kHeaderChecksumFrom = offsetof(BlockHeader, payload_checksum);
inline constexpr std::size_t kPayloadChecksumFrom = offsetof(BlockHeader, magic);

// TAGS: one byte a row.
inline constexpr std::uint8_t kTagTypeMask = 0x0f;
inline constexpr unsigned kTagTsShift = 4;
inline constexpr std::uint8_t kTagTsMask = 3;
inline constexpr std::uint8_t kTagParts = 0x40;
inline constexpr std::uint8_t kTagNumber = 0x80;  // not as predicted: see NUM

enum class TsKind : std::uint8_t { us = 0, wide_us = 1, x4096 = 2, raw = 3 };

// LENS: text lengths up to 252 stand for themselves.
inline constexpr std::uint8_t kLenMax = 252;
inline constexpr std::uint8_t kLenElided = 253;    // equals the text so far; see CHECK
inline constexpr std::uint8_t kLenFragment = 254;  // text and parts are in fragment blocks
inline constexpr std::uint8_t kLenLong = 255;      // length in NUM

inline constexpr std::size_t kCheckBytes = 4;
inline constexpr std::size_t kWideBytes = 8;
inline constexpr std::size_t kTsBytes = 4;

// Words: TOKENS has 0 or a word's number plus one, in 16 bits.
inline constexpr std::uint32_t kWordsMax = 65535;
inline constexpr std::size_t kWordBytesMax = 4096;
inline constexpr std::size_t kDictionaryBytesMax = std::size_t{2} << 20;  // of all words

// A block, as the index tells of it (index_format.hpp).
struct BlockEntry {
  std::uint64_t offset = 0;
  std::uint32_t stored_bytes = 0, raw_bytes = 0;
  std::uint32_t events = 0;
  std::uint32_t kind = 0;  // BlockKind
  double min_ts_ms = 0, max_ts_ms = 0;
};
static_assert(sizeof(BlockEntry) == 40 && std::is_trivially_copyable_v<BlockEntry>);

// A data block that holds events of a stream, and the first seq there (relative to first_seq).
struct Link {
  std::uint32_t block = 0;
  std::uint32_t seq_delta = 0;  // kSeqDeltaMax: that or more
};
inline constexpr std::uint32_t kSeqDeltaMax = UINT32_MAX;

// An automatic snapshot (snapshot.hpp): which rows it stands for, and the data block it is in.
struct SnapshotEntry {
  std::uint64_t first_seq = 0, last_seq = 0;
  std::uint64_t text_bytes = 0;  // of the text so far, after last_seq
  std::uint32_t stream = 0, block = 0;
};
static_assert(sizeof(SnapshotEntry) == 32 && std::is_trivially_copyable_v<SnapshotEntry>);

struct SegmentFooter {
  SegmentHeader header;  // again: damage at the front of the file loses nothing
  std::uint64_t index_offset = 0;
  std::uint64_t index_bytes = 0;  // header, payload and padding
  std::uint64_t events = 0;
  std::uint32_t streams = 0;
  std::uint32_t blocks = 0;  // without the index block
  std::uint64_t digest = 0;  // see digest_step
  std::uint64_t zero = 0;
  std::uint64_t magic = kFooterMagic;
  std::uint64_t checksum = 0;  // of all before
};
static_assert(sizeof(SegmentFooter) == 192 && std::is_trivially_copyable_v<SegmentFooter>);

constexpr std::uint64_t padded(std::uint64_t bytes) noexcept {
  return (bytes + kBlockAlign - 1) & ~std::uint64_t{kBlockAlign - 1};
}

std::uint64_t checksum(std::string_view bytes) noexcept;

// The digest of a segment: the header's checksum, then each block's header checksum folded in, in
// file order, the index block last: checksum(digest so far || header checksum).
std::uint64_t digest_step(std::uint64_t digest, std::uint64_t header_checksum) noexcept;

// XXH3-64 of namespace, a zero byte, id: what leads an index to a stream. Never trusted alone.
std::uint64_t stream_hash(std::string_view name_space, std::string_view id);

}  // namespace reel::segment
