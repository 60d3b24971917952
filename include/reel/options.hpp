// Everything a Log or a Reader can be told. The defaults are right for a gateway.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "reel/redaction.hpp"
#include "reel/status.hpp"
#include "reel/upkeep.hpp"

namespace reel {

inline constexpr std::string_view kDefaultNamespace = "l0";
inline constexpr std::size_t kStreamIdBytesMax = 4096;
// Seqs stay below this, so that one more can always be added.
inline constexpr std::uint64_t kSeqMax = std::uint64_t{1} << 62;

// Where ts of an event comes from when the caller gives none. Whatever the kind, elapsed time comes
// from a counter that nobody sets, and its offset to the wall clock is worked off at 500 ppm:
// stamps of a stream never step and never freeze, also when the wall clock jumps. An existing
// stream goes on from the later of now and its last event.
enum class ClockKind : std::uint8_t {
  tsc,     // about 10 ns a stamp, microseconds; comes to `system` without a constant TSC
  system,  // clock_gettime: about 25 ns a stamp, microseconds
  ticker,  // under 1 ns a stamp, as coarse as LogOptions::ticker_us; a thread stores the time
};

// What record_* does when the arena has no room. `full` consumes no seq; what is dropped consumes
// its seq, and a GAP record in the log says which seqs are missing, how many and why.
enum class Overflow : std::uint8_t {
  block,  // wait up to block_deadline_ms, then answer Append::full (default)
  fail,   // answer Append::full at once
  // TOKENs go first: one that finds no room is dropped at once, and a sixteenth of the arena (2
  // chunks of 128 KiB at least, 64 at most) is never filled with them. The other types wait up to
  // block_deadline_ms for room, and only then are dropped: CHECKPOINT, RETRY, FALLBACK, DRIFT and
  // CONTINUATION when half of that reserve is used, START, COMPLETE, ERROR and GUARDRAIL when all
  // of it is. While one of these four waits, nothing else takes room.
  // Every recording thread keeps a chunk: give the arena more of them than there are threads, and
  // the reserve.
  drop,
};

enum class ArenaPlace : std::uint8_t {
  automatic,  // tmpfs when it has room, else the store's own folder
  shm,        // /dev/shm, or fail
  store,      // the store's folder: survives `docker restart`, costs page write-back
};

// LogOptions::compression_threads: none on machines with fewer than 4 cores, else 1.
inline constexpr std::uint32_t kChosenByCores = 0xffffffff;

struct LogOptions {
  // Behaviour
  Overflow overflow = Overflow::block;
  std::uint32_t block_deadline_ms = 1000;
  std::uint32_t sync_interval_ms = 1000;  // group fdatasync; what a power cut can lose at most
  ClockKind clock = ClockKind::tsc;
  // ClockKind::ticker: so far apart are its ticks, at least 100. A thread wakes up for each (1,000
  // a second cost some 0.5 % of a core), or step() ticks where writer_thread is false.
  std::uint32_t ticker_us = 1000;
  ArenaPlace arena = ArenaPlace::automatic;
  bool create = true;  // make the store when the folder is missing or empty
  // Called from the writer thread or upkeep's, once per error. Must not call back into the Log.
  std::function<void(const Error&)> on_error;
  // Called from the writer thread (or step()) when another process has asked for a stream that is
  // recorded here: Recorder::wanted says which. It may close Recorders, and must be quick.
  std::function<void()> on_wanted;
  // Called for each segment of this lane that was sealed, by recovery too, or merged (but for a
  // merge that the process did not outlive). From the writer's thread, upkeep's, open() or close():
  // it must be quick, and must not call back into the Log. What it throws is swallowed.
  std::function<void(const SealedSegment&)> on_seal;
  Upkeep upkeep;  // merging and retention in the background: off
  // What may be stored of payloads and of token texts (reel/redaction.hpp). With either set, every
  // record_* takes the general way, about ten times the hot path's cost, and the hooks'.
  RedactPayload redact;
  MakeTokenRedactor redact_tokens;

  // Size and speed
  // Chunks of 128 KiB, 8 at least; grown in 16 MiB steps to this. Each thread that records holds
  // one, and so does each open stream whose name is longer than 160 bytes.
  std::size_t arena_bytes = std::size_t{128} << 20;
  std::size_t event_bytes_max = std::size_t{64} << 20;  // larger: Append::too_large
  std::uint32_t open_streams_max = 65536;               // Recorders open at one time
  std::uint64_t segment_bytes_max = std::uint64_t{256} << 20;
  std::uint32_t segment_streams_max = 65536;
  // Kept free on the store's filesystem (but no more than an eighth of what is free at open()).
  // Where less is, nothing more is written, as on a full disk: the arena takes what comes, upkeep
  // makes room, and in the end `overflow` decides. Writing goes on by itself.
  std::uint64_t disk_reserve_bytes = std::uint64_t{64} << 20;
  // The writer writes when texts, parts and stamps that have gathered come to so much.
  std::size_t batch_bytes = std::size_t{1} << 20;
  // Raw size that a block is cut at, 1 MiB at most. From a small one a single stream is cheap to
  // read, large ones take less room (docs/BENCHMARKS.md).
  std::size_t block_bytes = std::size_t{64} << 10;
  int zstd_level = 1;
  // Threads beside the writer's that compress blocks while it goes on with the next one. What is
  // stored is the same, bit for bit. One keeps up with the writer at zstd_level 1; more, 16 at
  // most, are for higher levels. Each holds two blocks. Without a writer_thread there are none.
  std::uint32_t compression_threads = kChosenByCores;
  // Of a stream: every so many of its events an automatic snapshot says what they add up to, and
  // folding the stream steps over them. Costs some 150 bytes each; shorter streams have none. 0:
  // off.
  std::uint32_t snapshot_events = 8192;
  // false: no thread is started and the owner calls Log::step() (tests, event loops of its own).
  bool writer_thread = true;
};

struct ReaderOptions {
  bool strict = false;  // stop at the first damage instead of reading past it
  bool arena = true;    // include what the live writer (or a crashed one) has not written yet
  // Map segments, which costs nothing but what is looked at. false: read them piece by piece, for
  // folders of other machines, where an error of the network would end a process that maps
  // (SIGBUS); here it is damage that is noted. Memory: the index of each segment, and blocks at
  // hand.
  bool mmap = true;
};

}  // namespace reel
