// Erasing a stream: not hidden, as delete_stream does at once, but gone. Every segment that holds
// some of it is written anew without it (compact()), with its dictionary and indexes; its saved
// snapshots go, and its tombstone, or the names in it.
//
// Processes that record into the store go on: each is asked to erase the stream from its own lane,
// active segment and arena included, and answers when that is done; the receipt says so. A stream
// that a Recorder holds is not erased.
//
// What no program can promise: blocks of the disk that were given back may still hold old bytes
// until something else is written there, and copies of the store are copies: backups too, whose
// links keep the old segments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reel/compaction.hpp"
#include "reel/options.hpp"
#include "reel/status.hpp"

namespace reel {

// The proof: what was done, and that nothing is left.
struct ErasureReceipt {
  std::string store_uuid, name_space, stream_id;
  std::vector<std::uint64_t> incarnations;  // its lives that were erased
  std::uint64_t events = 0;                 // of streams that went, others that were deleted too
  std::uint64_t segments = 0;               // that were written anew
  std::uint64_t live_lanes = 0;             // whose processes erased it and said so
  std::int64_t erased_us = 0;               // Unix microseconds
};

struct EraseOptions {
  // How the segments of lanes that nobody records in are written; retention, dry_run and salvage do
  // not count.
  CompactOptions compact;
  // For the answers of those who record. They erase what is asked for later, too: a second call
  // waits on.
  std::uint32_t wait_ms = 60'000;
};

// Errors: not_found (nothing of the stream is there, hidden or not), busy (a Recorder holds the
// stream: nothing has changed; or a process that records did not answer in time: the stream is
// hidden), damaged (the place is named), contradiction (files in the store's folder are not its own
// or were set aside, and may hold some of it: they are named), those of compact().
Result<ErasureReceipt> erase_stream(const std::string& path, std::string_view stream_id,
                                    std::string_view name_space = kDefaultNamespace,
                                    EraseOptions options = {});

}  // namespace reel
