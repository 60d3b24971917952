// Backup: a store as it is at one moment in a folder of its own, while processes record into it and
// a compaction runs. Nothing is locked, and nothing in the store is written.
//
// Of each stream the backup holds a front: everything up to some event, nothing twice, and no hole
// that the store does not have. Whatever was recorded before the call began is in it, whether
// written by then or not; of what is recorded meanwhile, some. Deleted streams stay deleted.
//
// `out` is then a store, closed, with the same UUID: to restore it, open it, or copy its files to
// where the store was. Segments are hard links to the store's where that can be. That is safe,
// because they are never changed, only removed, and guards against everything but the disk: bytes
// that go bad there go bad in both. Where links cannot be, files are copied.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel {

struct BackupOptions {
  bool copy = false;   // no links to the store's files
  bool verify = true;  // read every byte of the backup before it counts
  bool mmap = true;    // how the store is read, as in ReaderOptions
  // An earlier backup of the same store: segments that it has are links to its own instead of
  // copies. For a series of backups on another filesystem than the store's. Empty: none.
  std::string link_from = {};
  // From time to time: bytes that are taken, and checked, of how many about. false: stop
  // (ErrorCode::closed), nothing is left.
  std::function<bool(std::uint64_t bytes, std::uint64_t of)> progress = {};
};

struct BackupReport {
  std::string store_uuid;
  std::int64_t taken_us = 0;  // Unix microseconds; what was recorded before is in it
  std::uint64_t linked_segments = 0, linked_bytes = 0;
  std::uint64_t copied_segments = 0, copied_bytes = 0;  // of those still being written, their front
  std::uint64_t memory_events = 0;                      // that were in no segment yet; now they are
  std::uint64_t deleted_streams = 0, saved_snapshots = 0;  // tombstones and snapshots taken along
  std::vector<Damage> damage;                              // in the store; the rest was taken
  std::vector<std::string> notes;
};

// `out` is missing or an empty folder, outside of the store. Killed at any moment, there is no
// `out` but a folder `out`.unfinished, which the next call clears away. Everything is durable on
// return. Errors: invalid_argument (there is something in `out`; `link_from` is another store's),
// those of Reader::open, busy (another call makes the same `out`, or streams move between processes
// faster than they can be looked at), full, io, closed. After an error there is no new `out`,
// unless it was the last sync that failed.
Result<BackupReport> backup(const std::string& path, const std::string& out,
                            const BackupOptions& options = {});

}  // namespace reel
