// The index of a sealed segment: the payload of its index block (docs/FORMAT.md, "Index block").
//
//   index := IndexHeader BlockEntry[blocks] SnapshotEntry[snapshots] PageEntry[pages]
//            starts fingerprints numbers page*
//
// Streams lie in pages, by number; starts, fingerprints and numbers lead from a name's hash to the
// streams that may have it (name_lookup.hpp), a PageEntry to its page (stream_page.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "segment/format.hpp"

namespace reel::segment {

struct IndexHeader {
  std::uint64_t front_checksum = 0;   // of what follows this field, up to the last PageEntry
  std::uint64_t lookup_checksum = 0;  // of starts, fingerprints and numbers
  std::uint64_t events = 0, gap_records = 0, gap_events = 0;
  std::uint32_t streams = 0, blocks = 0, snapshots = 0, pages = 0;
  std::uint32_t page_bytes = 0;  // of all pages
  std::uint8_t bucket_bits = 0;  // there are 2^bits buckets of names
  std::uint8_t number_bytes = 4;
  std::uint16_t zero = 0;
};
static_assert(sizeof(IndexHeader) == 64 && std::is_trivially_copyable_v<IndexHeader>);

// A page: streams from `first_stream` to that of the next entry. It ends where the next one begins:
// plain bytes, which nothing can make smaller, then the columns: as they are when what is left of
// the page has their size, else one zstd frame.
struct PageEntry {
  std::uint64_t checksum = 0;
  std::uint32_t offset = 0;  // from the first page
  std::uint32_t first_stream = 0;
  std::uint32_t plain_bytes = 0;
  std::uint32_t column_bytes = 0;  // decompressed
};
static_assert(sizeof(PageEntry) == 24 && std::is_trivially_copyable_v<PageEntry>);

// A page is full with so many streams, or once it has so many bytes. The links of one stream may
// still make it longer; whatever a file says, no more than the last is ever unpacked at once.
inline constexpr std::uint32_t kPageStreamsMax = 128;
inline constexpr std::size_t kPageFullBytes = std::size_t{64} << 10;
inline constexpr std::size_t kPageBytesMax = std::size_t{64} << 20;
// Of a namespace or an id.
inline constexpr std::size_t kNameBytesMax = UINT16_MAX;

enum StreamFlag : std::uint32_t {
  kHasEvents = 1,
  kHasTokenCount = 2,
  kHasStart = 4,
  kHasEnd = 8,
  kCompleted = 16,
  kHasError = 32,
  kEndsInError = 64,
};

// How a page tells a stamp. START's in bits 0 and 1 of a byte, END's in 2 and 3.
enum class StampKind : std::uint8_t { zero = 0, us = 1, raw = 2 };
inline constexpr unsigned kEndStampShift = 2;
inline constexpr unsigned kStampMask = 3;

// Lookup: 2^bits buckets by the hash's upper bits, 4 to 8 streams each; the lower 16 bits tell
// those of a bucket apart.
inline constexpr unsigned kFingerprintBits = 16;
inline constexpr unsigned kBucketStreams = 8;

}  // namespace reel::segment
