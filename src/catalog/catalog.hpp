// Catalog: which segments of a lane exist, which are sealed, and whether the lane was closed
// cleanly; the identity of the store; and the names of all files.
//
//   STORE/reel.store                 identity of the store, written once
//   STORE/lanes/0000/lock            held by the writing process (the only file not checked)
//   STORE/lanes/0000/catalog         replaced as a whole (rename) when a segment is sealed
//   STORE/lanes/0000/arena.ref       names the arena while a writer is alive, or after a crash
//   STORE/lanes/0000/0000000001.seg  segments, in order
//
// reel.store, catalog and arena.ref are text, `key value` lines with a checksum line at the end:
// readable by people, checked to the last byte. Grammar in docs/FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/file_system.hpp"
#include "reel/status.hpp"
#include "segment/segment_writer.hpp"

namespace reel::catalog {

struct StoreIdentity {
  segment::Uuid uuid;
  std::uint32_t format_version = 1;
  std::int64_t created_us = 0;
};
// "0190b6c1-6a7e-4d3c-9f2e-3a51c0de4b11".
std::string uuid_text(const segment::Uuid& uuid);

// Numbers first to end - 1. Segment files that have them and are not listed mean nothing.
struct VoidNumbers {
  std::uint64_t first = 0, end = 0;
  bool keep = false;  // whoever tidies up keeps the files, under another name
};

struct LaneCatalog {
  std::vector<segment::SegmentSummary> segments;  // ascending number; unsealed ones were given up
  std::uint64_t next_number = 1;                  // numbers are never used twice
  bool clean = true;                              // closed cleanly: no arena, nothing unsealed
  std::string recovery;                           // one line on the last recovery, "" if none
  std::vector<VoidNumbers> voids;

  // nullptr: a file of that number counts.
  const VoidNumbers* find_void(std::uint64_t number) const noexcept;
  bool is_listed(std::uint64_t number) const noexcept;
};

std::string store_file(std::string_view store);
std::string lane_directory(std::string_view store, std::uint32_t lane);
std::string lock_file(std::string_view lane_directory);
std::string catalog_file(std::string_view lane_directory);
std::string arena_ref_file(std::string_view lane_directory);
std::string segment_file(std::string_view lane_directory, std::uint64_t number);
// The number of a segment's file name, nullopt for any other name.
std::optional<std::uint64_t> segment_number(std::string_view name);

// not_a_store when the folder holds none (message says what it holds instead), or a newer format.
Result<StoreIdentity> load_store(io::FileSystem& fs, const std::string& store);
// Makes the folders and reel.store in a missing or empty folder; loads it when it is there.
Result<StoreIdentity> create_store(io::FileSystem& fs, const std::string& store,
                                   std::int64_t now_us);
Result<std::vector<std::uint32_t>> list_lanes(io::FileSystem& fs, const std::string& store);

// An absent catalog file is an empty, clean catalog (a store that was just made).
Result<LaneCatalog> load_catalog(io::FileSystem& fs, const std::string& lane_directory);
// Segments are written in order of number, whatever their order in `catalog`.
// The digest of an unsealed segment's torn end: of the bytes from `valid_bytes` on. They count for
// nothing, but verify shall say when they change.
std::uint64_t torn_digest(io::FileSystem& fs, const std::string& path, std::uint64_t valid_bytes);
Status save_catalog(io::FileSystem& fs, const std::string& lane_directory,
                    const LaneCatalog& catalog);

// The text form shared by reel.store, catalog and arena.ref: a first line `title`, then key and
// value a line (values escape newline and backslash), then `checksum <16 hex digits>` over all
// before. Keys may repeat; order is kept.
using Records = std::vector<std::pair<std::string, std::string>>;
std::string encode_records(std::string_view title, const Records& records);
Result<Records> decode_records(std::string_view title, std::string_view text,
                               const std::string& file);

// What arena.ref says: where the arena lies and which one it must be.
struct ArenaRef {
  std::string path;
  std::uint64_t arena_id = 0;
  std::string boot_id;    // of the machine's run that made it: another boot, another memory
  bool consumed = false;  // recovery finished with it: whatever it held is in segments, durably
};
// not_found: there is none.
Result<ArenaRef> load_arena_ref(io::FileSystem& fs, const std::string& lane_directory);
Status save_arena_ref(io::FileSystem& fs, const std::string& lane_directory, const ArenaRef& ref);

}  // namespace reel::catalog
