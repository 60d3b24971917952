// The arena's bytes (docs/FORMAT.md, "Arena"). It is a file mapped MAP_SHARED: what is stored here
// survives the death of the process, not the machine's.
//
//   0        ArenaHeader, padded to 4096
//   4096     two NameFilters of 128 KiB
//   ...      StreamSlot x slot_count
//   ...      a tag of 32 bits x slot_count
//   ...      ChunkHeader x chunk_count
//   ...      chunks of 128 KiB x chunk_count, page-aligned
//
// Only the first `slots_reserved` slots, their tags and `chunks_reserved` chunks are backed by
// memory: nobody touches what lies beyond (a hole on a full filesystem is SIGBUS).
#pragma once

#include <atomic>
#include <cstdint>

#include "base/uuid.hpp"

namespace reel::arena {

inline constexpr std::uint64_t kArenaMagic = 0x314e52414c454552;  // "REELARN1"
inline constexpr std::uint32_t kArenaVersion = 3;
inline constexpr std::uint64_t kPageBytes = 4096;
// A thread needs a new chunk every 2,000 to 3,000 tokens: less than one call in a thousand.
inline constexpr std::uint32_t kChunkBytes = 128 * 1024;
// Version 2 had smaller chunks and is the same otherwise. It is still read (recovery, other lanes),
// so that what an older program left behind, or holds, is found.
inline constexpr std::uint32_t kArenaVersion2 = 2, kChunkBytes2 = 64 * 1024;
constexpr std::uint32_t chunk_bytes(std::uint32_t version) {
  return version == kArenaVersion2 ? kChunkBytes2 : kChunkBytes;
}
// StreamSlot::closed_at of a stream that a Recorder holds, or that is being opened: what it goes on
// from is still being looked for.
inline constexpr std::uint64_t kStreamOpen = UINT64_MAX;
inline constexpr std::uint64_t kStreamOpening = UINT64_MAX - 1;
constexpr bool is_held(std::uint64_t closed_at) { return closed_at >= kStreamOpening; }

struct ArenaHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t lane;
  base::Uuid store;
  std::uint64_t arena_id;
  std::uint64_t store_device, store_inode;  // of the store's folder: a copy elsewhere differs
  std::uint64_t last_segment;               // highest segment number when the arena was made
  std::int64_t created_us;
  std::uint32_t slot_count, chunk_count;
  char boot_id[40];
  std::uint64_t checksum;  // of everything above
  // Below: changes while the arena lives.
  std::atomic<std::uint32_t> slots_reserved;
  std::atomic<std::uint32_t> chunks_reserved;
  // Between lanes (log/neighbours.hpp). The first two are counted up by the others.
  std::atomic<std::uint32_t> arrivals;   // lanes that began to record beside this one
  std::atomic<std::uint32_t> asks;       // times that another lane waited for something of this one
  std::atomic<std::uint32_t> takeovers;  // streams that this lane continues and another one began
  std::atomic<std::uint32_t> listings;   // grows with every change of the catalog's segments
  std::atomic<std::uint32_t> ended;      // 1: all is in segments; nobody needs the arena any more
  std::atomic<std::uint32_t> slots_used;  // no slot from here on was ever taken
};
static_assert(sizeof(ArenaHeader) == 160);

enum class ChunkState : std::uint32_t {
  free = 0,
  open = 1,      // a thread is filling it
  full = 2,      // its thread is done with it
  run_head = 3,  // first chunk of one event larger than a chunk; committed != 0 once it is whole
  run_body = 4,  // the chunks after it, linked by `next`
  name = 5,      // holds the namespace and id of a stream that are too long for its slot
};

struct alignas(64) ChunkHeader {
  std::atomic<std::uint32_t> state;
  std::atomic<std::uint32_t> committed;   // bytes of whole frames, from the chunk's start
  std::atomic<std::uint64_t> generation;  // grows when the chunk is given back
  std::uint64_t run_bytes;                // run_head: bytes of the whole frame
  std::uint32_t next;                     // run: the next chunk, kNoChunk at the end
  std::uint32_t zero;
  std::atomic<std::uint64_t> order;  // grows with every chunk taken: about the order of time
  std::uint32_t reserved[6];
};
static_assert(sizeof(ChunkHeader) == 64);
inline constexpr std::uint32_t kNoChunk = UINT32_MAX;

inline constexpr std::size_t kSlotNameBytes = 160;
struct alignas(64) StreamSlot {
  std::atomic<std::uint64_t> incarnation;  // 0: free. Stored last when the stream is opened
  std::uint64_t ordinal;
  std::uint64_t first_seq;                 // the first seq that was recorded through this arena
  std::atomic<std::uint64_t> written_seq;  // events below are in a segment
  std::atomic<std::uint64_t> durable_seq;  // events below are in a segment and synced
  std::atomic<std::uint64_t> closed_at;    // next seq when the Recorder closed, or kStreamOpen
  std::atomic<std::uint64_t> gap_first, gap_count;  // dropped, not yet recorded as a GAP
  std::uint32_t name_chunk;  // where namespace and id lie, or kNoChunk: in `name`
  std::uint16_t name_space_bytes, id_bytes;
  std::int64_t last_us;               // the last stamp that the clock gave, stored before closed_at
  std::atomic<std::uint64_t> wanted;  // 1: another lane has asked for the stream
  std::uint64_t reserved;
  char name[kSlotNameBytes];  // namespace, then id
};
static_assert(sizeof(StreamSlot) == 256);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// Of a slot's namespace and id: 0 while the slot is free.
using NameTag = std::atomic<std::uint32_t>;
inline constexpr std::uint64_t kFilterBytes = 128 * 1024;

constexpr std::uint64_t page_aligned(std::uint64_t bytes) {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}
constexpr std::uint64_t filters_offset() { return kPageBytes; }
constexpr std::uint64_t slots_offset() { return filters_offset() + 2 * kFilterBytes; }
constexpr std::uint64_t tags_offset(std::uint32_t slot_count) {
  return page_aligned(slots_offset() + std::uint64_t{slot_count} * sizeof(StreamSlot));
}
constexpr std::uint64_t chunk_headers_offset(std::uint32_t slot_count) {
  return page_aligned(tags_offset(slot_count) + std::uint64_t{slot_count} * sizeof(NameTag));
}
constexpr std::uint64_t chunks_offset(std::uint32_t slot_count, std::uint32_t chunk_count) {
  return page_aligned(chunk_headers_offset(slot_count) +
                      std::uint64_t{chunk_count} * sizeof(ChunkHeader));
}
constexpr std::uint64_t arena_file_bytes(std::uint32_t slot_count, std::uint32_t chunk_count,
                                         std::uint32_t version = kArenaVersion) {
  return chunks_offset(slot_count, chunk_count) + std::uint64_t{chunk_count} * chunk_bytes(version);
}
inline std::uint64_t arena_file_bytes(const ArenaHeader& header) {
  return arena_file_bytes(header.slot_count, header.chunk_count, header.version);
}

}  // namespace reel::arena
