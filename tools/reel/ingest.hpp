// Ingest: events from outside into a store, one at a time, each with an answer.
//
// Owns the Log and the Recorders of the streams in hand. An envelope's seq is a claim that is
// checked: the next seq is recorded; one that is stored already is compared with what is stored;
// a jump forward is refused or becomes a GAP, as the rules say.
// Not thread-safe. Whatever was answered `stored` survives the death of the process.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reel/json.hpp"
#include "reel/log.hpp"
#include "stored_events.hpp"

namespace reel::tool {

// Recorders held open at a time; the one unused for longest makes room.
inline constexpr std::size_t kOpenStreamsMax = 10000;
// How long a full arena is waited for before an event is refused.
inline constexpr std::uint32_t kFullDeadlineMs = 30000;
inline constexpr std::uint32_t kSyncDeadlineMs = 60000;

enum class JumpRule { refuse, gap };  // what a seq ahead of its stream means

struct Answer {
  enum class Kind { nothing, stored, repeated, refused };
  Kind kind = Kind::nothing;
  std::string stream_id;  // stored, repeated
  std::uint64_t seq = 0;
  std::string reason;  // refused: one sentence
  // refused: the line at fault (from 0), where that shows only at a later one.
  std::optional<std::uint64_t> at_line = {};
};

struct IngestCounts {
  std::uint64_t events = 0, repeated = 0, gaps = 0, gap_events = 0, new_streams = 0;
};

class Ingest {
 public:
  static Result<std::unique_ptr<Ingest>> open(const std::string& store, std::string name_space,
                                              JumpRule jumps, LogOptions options = {});

  // A parsed line; `bare_stream` takes events without an envelope.
  Answer offer(json::ParsedLine line, const std::string& bare_stream);
  // Why one of these lines, offered one after the other, would be refused for what it says about
  // its place; nullopt when none would. Nothing is recorded.
  std::optional<std::string> objection(const std::vector<json::ParsedLine>& lines,
                                       const std::string& bare_stream);
  // The next event of a stream.
  Answer append(const std::string& stream_id, Event event);
  // The next text token of a stream, stamped now or with `ts_ms`. Its index follows the stream's
  // last token.
  Answer append_text(const std::string& stream_id, std::string_view text,
                     std::optional<double> ts_ms);

  Status sync() { return log_.sync(kSyncDeadlineMs); }
  // Not ok once the log refuses everything: further input is pointless.
  const Status& broken() const noexcept { return broken_; }
  const IngestCounts& counts() const noexcept { return counts_; }
  const RecoveryReport& recovery() const { return log_.recovery(); }
  // Writes everything and closes the log; the first error met.
  Status close();

 private:
  struct Stream {
    std::string name_space, id;
    Recorder recorder;
    StoredPlace stored;
    std::optional<Event> last;  // the event before next_seq, if this run recorded it
    std::optional<std::int64_t> next_index;
    std::list<std::string>::iterator use;
  };

  Ingest(Log log, std::string store, std::string name_space, JumpRule jumps)
      : log_(std::move(log)),
        stored_(store),
        store_(std::move(store)),
        name_space_(std::move(name_space)),
        jumps_(jumps) {}

  // A stream as it would stand after some of the lines in hand.
  struct Foreseen {
    std::uint64_t next = 0;
    std::unordered_map<std::uint64_t, const Event*> events = {};  // of those lines, by seq
  };

  Result<Stream*> stream(const std::string& name_space, const std::string& id);
  Answer foresee(Stream& stream, Foreseen& foreseen, const json::ParsedLine& line);
  Answer place(Stream& stream, std::uint64_t seq, Event event);
  Answer compare(Stream& stream, std::uint64_t seq, const Event& event);
  Answer record(Stream& stream, Event event);
  Answer answer(const Stream& stream, std::uint64_t seq, Append append);
  std::int64_t first_index(const Stream& stream) const;

  Log log_;
  StoredEvents stored_;
  std::string store_;
  std::string name_space_;
  JumpRule jumps_;
  std::unordered_map<std::string, Stream> streams_;
  std::list<std::string> uses_;  // keys of streams_, latest use first
  IngestCounts counts_;
  Status broken_;
};

}  // namespace reel::tool
