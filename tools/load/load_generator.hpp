// The reference load: the streams of a busy gateway, event by event, in the order of a simulated
// clock. The same options give the same events, on every machine.
//
// A stream begins at its request's arrival; its tokens come with log-normal gaps (median 25 ms)
// and occasional bursts. CHECKPOINT every 20 tokens, GUARDRAIL on 3 % of events, RETRY on 2 % and
// ERROR on 1 % of streams; the others end with COMPLETE. Recorded back, a stream's tokens give the
// content of its COMPLETE.
//
// One thread at a time. Makes no allocation per event, and over ten million events a second.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/due_queue.hpp"
#include "load/load_stream.hpp"
#include "load/texts.hpp"
#include "load/trace.hpp"
#include "reel/event.hpp"
#include "reel/status.hpp"

namespace reel::load {

struct LoadOptions {
  std::string trace;          // a CSV of arrivals; "": made up in the same shape
  std::string texts;          // a glob of token files; "": made up
  double speedup = 1;         // of arrivals; the pace within a stream stays
  std::uint64_t streams = 0;  // at most so many; 0: all of the trace, no end without a trace
  std::uint64_t events = 0;   // stop after so many, streams open or not; 0: no limit
  std::uint64_t seed = 1;
  bool l0_stamps = false;  // ts as L0 makes them, off the microsecond grid
};

struct LoadEvent {
  std::uint32_t stream = 0;  // 0, 1, ... by arrival
  std::string_view stream_id;
  reel::EventView event;
  bool opens = false;   // the first event of its stream
  bool closes = false;  // the last one
};

// Where a load comes from.
class LoadSource {
 public:
  virtual ~LoadSource() = default;
  // The next event; false after the last one. Views are valid until the next call; those into
  // `event.text` as long as `texts()`.
  virtual bool next(LoadEvent& out) = 0;
  virtual std::uint64_t streams() const noexcept = 0;  // so far
  virtual const std::shared_ptr<const Texts>& texts() const noexcept = 0;

 protected:
  LoadSource() = default;
  LoadSource(const LoadSource&) = default;
  LoadSource(LoadSource&&) = default;
  LoadSource& operator=(const LoadSource&) = default;
  LoadSource& operator=(LoadSource&&) = default;
};

class LoadGenerator final : public LoadSource {
 public:
  // Reads the files. invalid_argument says which line is wrong, or that there would be no end.
  static Result<LoadGenerator> make(LoadOptions options);

  bool next(LoadEvent& out) override;

  std::uint64_t events() const noexcept { return events_; }
  std::uint64_t streams() const noexcept override { return opened_; }
  const std::shared_ptr<const Texts>& texts() const noexcept override { return texts_; }

 private:
  LoadGenerator(LoadOptions options, std::shared_ptr<const Texts> texts, Requests requests);

  void settle_last();
  void open_arrivals();
  void take_request();

  LoadOptions options_;
  std::shared_ptr<const Texts> texts_;
  Requests requests_;
  std::unique_ptr<const StreamShape> shape_;
  std::deque<LoadStream> slots_;  // stable addresses
  std::vector<std::uint32_t> free_slots_;
  std::unique_ptr<DueQueue> queue_ = std::make_unique<DueQueue>();
  Request upcoming_;
  bool has_upcoming_ = false;
  DueQueue::Due last_;         // what was given out
  bool last_pending_ = false;  // it is still first in the queue
  bool last_closed_ = false;
  std::uint64_t events_ = 0;
  std::uint32_t opened_ = 0;
};

}  // namespace reel::load
