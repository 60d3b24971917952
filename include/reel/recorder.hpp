// Recorder: the handle that records the events of one stream.
//
// Threads: one thread at a time; it may hop threads between calls as long as the hand-over itself
// synchronises (a coroutine's resume does). Many Recorders may be used from many threads at once.
// Guarantee: when a record_* answers Append::ok, the event survives the death of the process
// (SIGKILL included). See docs/DESIGN.md, "Durability".
// Cost: record_token makes no allocation, takes no lock and makes no system call once its thread
// has a chunk (every 128 KiB a new one is taken from a lock-free queue).
// Lifetime: a Recorder may outlive its Log; it then answers Append::closed, and so it does in the
// destructors of a thread that ends. Never from a signal handler: it may have interrupted a
// record_*.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "reel/status.hpp"

namespace reel {

// The one-byte answer of the hot path.
enum class Append : std::uint8_t {
  ok,         // recorded; the seq was consumed
  dropped,    // overflow policy `drop`: the seq was consumed and is declared as a GAP
  full,       // no room in the arena, after waiting where the policy says so; no seq was consumed
  too_large,  // above LogOptions::event_bytes_max; no seq was consumed
  closed,     // the Log or this Recorder is closed
  busy,       // the stream is held by another Recorder
  held,       // waits for redaction: not recorded yet, its seq is kept for it
  forked,     // the Recorder is of a process that this one was forked from
  invalid,    // broken JSON text, a ts that is not finite, a seq that would reach kSeqMax
};
const char* append_name(Append answer) noexcept;

// How far a stream has come, in seqs: events below `recorded` are recorded, or dropped with their
// GAP recorded; and so on. durable <= written <= recorded.
struct StreamWatermarks {
  std::uint64_t recorded = 0, written = 0, durable = 0;
};

namespace detail {
class RecorderState;
}

class Recorder {
 public:
  Recorder() noexcept;
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();  // releases the stream; what was recorded stays recorded

  // The hot path: a TOKEN stamped by the Log's clock, or with the caller's own stamp (Unix ms).
  Append record_token(std::string_view value, std::int64_t index) noexcept;
  Append record_token(std::string_view value, std::int64_t index, double ts_ms) noexcept;

  // The other types, stamped by the Log's clock. JSON text is checked; `invalid` when broken.
  Append record_start(std::string_view options_json = {}) noexcept;
  Append record_checkpoint(std::string_view content, std::int64_t at) noexcept;
  Append record_guardrail(const Guardrail& guardrail) noexcept;
  Append record_drift(const Drift& drift) noexcept;
  Append record_retry(const Retry& retry) noexcept;
  Append record_fallback(const Fallback& fallback) noexcept;
  Append record_continuation(std::string_view checkpoint, std::int64_t at) noexcept;
  Append record_complete(std::string_view content, std::int64_t token_count) noexcept;
  Append record_error(const ErrorEvent& error) noexcept;

  // Any event with its own ts, kept bit for bit. JSON parts must be valid JSON text (reel::json and
  // the importers produce only such); they are not checked again here.
  Append record(const Event& event) noexcept;

  bool valid() const noexcept { return state_ != nullptr; }
  std::string_view stream_id() const noexcept;
  std::uint64_t next_seq() const noexcept;  // the seq the next event gets
  // Takes no lock and makes no system call. From any thread while the Recorder is neither moved nor
  // closed; zeros afterwards. Of a stream that was reopened `durable` may lag until its next event
  // is. Log::wait_durable waits.
  StreamWatermarks watermarks() const noexcept;
  // Has another process asked for the stream since this Recorder was made, and was told `busy`?
  // Closing the Recorder hands it over. Likewise from any thread.
  bool wanted() const noexcept;
  void close() noexcept;

 private:
  friend class Log;
  explicit Recorder(std::unique_ptr<detail::RecorderState> state) noexcept;
  std::unique_ptr<detail::RecorderState> state_;
};

}  // namespace reel
