// Log: one store, open for writing by this process.
//
// Several processes, and several Logs of one, may record into a store at once: each in a lane of
// its own (docs/DESIGN.md, "Lanes"). A stream is recorded by one of them at a time; elsewhere it is
// busy until its Recorder is closed or its process gone, and then goes on at its next seq.
//
// fork(): a child uses the Log as its parent does. The first call that needs it opens a lane of the
// child's own, with the same options; Recorders made before the fork stay the parent's and answer
// Append::forked in the child. Do not fork while another thread is in a call.
//
// Ends: destroying a Log closes it; so does exit() for a static one. A Log that is never destroyed,
// and every sudden end (_exit, abort, SIGKILL), leave what was recorded to the next Log::open. A
// plugin that links reel closes its Logs before it is unloaded. No member may be called from a
// signal handler.
//
// Log::open recovers whatever an earlier process left (see `recovery()`), then starts the writer
// thread. Recorders come from `recorder()`. All members may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reel/options.hpp"
#include "reel/recorder.hpp"
#include "reel/status.hpp"

namespace reel {

// Events, not seqs; what was dropped does not count. Invariant: durable <= written <= recorded.
struct Watermarks {
  std::uint64_t recorded = 0, written = 0, durable = 0;
};

struct LogStats {
  std::uint64_t events_written = 0;  // by this Log, gaps not counted
  std::uint64_t gaps = 0, gap_events = 0;
  std::uint64_t blocks = 0, segments_sealed = 0, syncs = 0;
  std::uint64_t raw_bytes = 0;            // of blocks, before compression
  std::uint64_t compressed_bytes = 0;     // of segment files: header, blocks, index and footer
  std::uint64_t drops = 0, refusals = 0;  // Append::dropped, Append::full
  std::array<std::uint64_t, 16> drops_by_type{};  // of drops: by EventType's number
  std::uint32_t chunks_total = 0, chunks_free = 0;
  std::uint32_t open_streams = 0;
  std::uint64_t errors = 0;
  UpkeepStats upkeep;
  std::string arena_path;
  bool arena_on_tmpfs = false;
};

// What opening the store found and did.
struct RecoveryReport {
  bool clean = true;                   // the last close was clean; nothing below applies
  std::uint64_t recovered_events = 0;  // finished from the arena
  std::uint64_t recovered_streams = 0;
  std::uint64_t torn_bytes = 0;  // after the last good block of the unsealed segment
  bool arena_missing = false;    // no CLEAN marker and no arena: events may be lost
  std::string quarantined;       // arena or file set aside, never deleted; "" if none
  std::vector<std::string> notes;
};

struct Metrics;

struct CloseReport {
  // Events that were recorded but did not reach the log (the arena keeps them for the next
  // opening), or that redaction still held back (gone).
  std::uint64_t lost = 0;
  Status status;  // the first error met while closing
};

namespace detail {
class LogCore;
}

class Log {
 public:
  // Errors: not_a_store, not_found (LogOptions::create is false), busy (a process whose arena
  // cannot be reached from here records into the store), io. What an earlier end left behind is no
  // error.
  static Result<Log> open(const std::string& path, LogOptions options = {});
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();  // close() with a deadline of 10 s

  // A Recorder on `stream_id` (1..4096 bytes of UTF-8; "" = a new generate_id()). An existing
  // stream is continued at its next seq; where another process has released it but not written it
  // yet, that is waited for, a second at most. Errors: busy (another Recorder holds it; the message
  // says whose), full (more than open_streams_max), invalid_argument.
  Result<Recorder> recorder(std::string_view stream_id,
                            std::string_view name_space = kDefaultNamespace);

  // Deletes a stream and its snapshots; durable on return. true: it existed. Whoever records under
  // the id afterwards begins a new stream at seq 0. The bytes stay in the segments until they are
  // compacted; readers do not show them. Errors: busy while a Recorder holds the stream, io.
  Result<bool> delete_stream(std::string_view stream_id,
                             std::string_view name_space = kDefaultNamespace);

  // Waits until everything recorded before the call is written (flush) or durable (sync). Errors:
  // timeout (it stays recorded), closed, or what keeps the writer from writing (io, full): it goes
  // on trying.
  Status flush(std::uint32_t deadline_ms = 10000);
  Status sync(std::uint32_t deadline_ms = 10000);

  // Waits until event `seq` of the Recorder's stream is durable; at once where it is. Of an event
  // that was dropped: until its GAP is, and invalid_argument while there is none. All who wait,
  // here and in sync(), share one fdatasync. Errors: invalid_argument (not recorded, or the
  // Recorder is closed), else like sync().
  Status wait_durable(const Recorder& recorder, std::uint64_t seq,
                      std::uint32_t deadline_ms = 10000);

  // For event loops: `done` is called once, when everything recorded before this call is durable
  // (ok), or when the log was closed without that (closed). On the writer's thread, or in step() or
  // close(): it must be quick, and may call back into the Log only for watermarks and when_durable.
  // An exception it throws is swallowed. Errors: closed (`done` is not called).
  Status when_durable(std::function<void(const Status&)> done);

  // Writes and seals everything, marks the store CLEAN, removes the arena. Recorders must not be in
  // a call meanwhile; afterwards they answer Append::closed.
  CloseReport close(std::uint32_t deadline_ms = 10000);

  // Only with LogOptions::writer_thread == false: one round of the writer's work; about once a
  // second a look whether a stream is to be erased (erase_stream), and that, whole. Errors: io,
  // full (nothing is lost; the next round tries again), closed.
  Status step();

  Watermarks watermarks() const noexcept;  // now; takes no lock
  LogStats stats() const;                  // as of the writer's last round; costs a lock
  Metrics metrics() const;                 // likewise (reel/metrics.hpp)
  // Does another process, or another Log of this one, record into the store now? True where it is
  // not known yet that it has stopped. One may begin at any time.
  bool shared() const;
  const RecoveryReport& recovery() const;  // of open(); lives as long as the Log
  const std::string& path() const;         // as given to open(); likewise

 private:
  explicit Log(std::shared_ptr<detail::LogCore> core) noexcept;
  std::shared_ptr<detail::LogCore> core_;
};

}  // namespace reel
