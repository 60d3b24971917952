// Automatic snapshots: what a stretch of a stream's rows adds up to, so that folding steps over it.
//
// A stretch is rows [first_seq, last_seq] of one stream in one segment. Its snapshot holds no text:
// the text so far grows by what the stretch's text tokens say, which lies in the TEXT columns and
// is copied from there; a CHECKPOINT's content is a front of it. What else folding needs is kept as
// the few events that matter (the last START, FALLBACK and ERROR, each RETRY, violations, the first
// drift), so folding those and the text gives what folding every row would (FoldMode::l0).
//
// A row that sets the content anew, or that a stretch has no room for, ends the stretch without a
// snapshot; the next one begins behind it. Writer and verify share this account: both must agree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "segment/content_hash.hpp"

namespace reel::segment {

struct Snapshot {
  std::uint32_t stream = 0;  // its number in the segment
  std::uint64_t first_seq = 0, last_seq = 0;
  struct TextToken {
    std::uint64_t seq = 0;
    std::int64_t number = 0;
  };
  std::optional<TextToken> last_text;             // the last text token, if there is one
  std::optional<std::uint64_t> checkpoint_bytes;  // the last CHECKPOINT: so much of the text so far
  ContentHash text{Uuid{}};                       // of the text so far, after the stretch
  std::string_view events;                        // frames (slot and incarnation 0), seqs ascending
};

void append_snapshot(std::string& out, const Snapshot& snapshot);
// Takes one off the front; false when it makes no sense.
bool take_snapshot(base::Input& input, Snapshot& snapshot);

// The account of the stretch a stream is in. Cheap to keep for streams that never get a snapshot:
// most have nothing on the heap, and taking rows back copies no text.
class Stretch {
 public:
  std::uint64_t first_seq() const noexcept { return now_.first_seq; }
  // A new stretch begins with `seq`.
  void begin(std::uint64_t seq) noexcept;
  // Are there `events` seqs before `seq`, which may be a hole's?
  bool spans(std::uint64_t events, std::uint64_t seq) const noexcept {
    return seq - now_.first_seq >= events;
  }
  void note_text_token(std::uint64_t seq) noexcept {
    now_.has_text = true;
    now_.text_seq = seq;
  }
  // Any row; `elided`: its content equals the text so far, which `text` is the hash of.
  void note(std::uint64_t seq, const EventView& event, bool elided, bool fragmented,
            const ContentHash& text);
  // Of the rows so far, the last of which is `last_seq`. `token_count` is that of the last text
  // token; `events` will hold the snapshot's.
  Snapshot snapshot(std::uint32_t stream, std::uint64_t last_seq, std::int64_t token_count,
                    const ContentHash& text, std::string& events) const;

 private:
  struct Account {
    std::uint64_t first_seq = 0;
    std::uint64_t text_seq = 0;
    std::uint64_t checkpoint_bytes = 0;
    std::uint64_t start_seq = 0;
    double start_ts_ms = 0;
    std::uint32_t events_from = 0;  // what stands before in events_ is of earlier stretches
    bool has_text = false, has_checkpoint = false, has_drift = false, has_start = false;
  };

 public:
  // What was kept of earlier stretches; a copy taken after that is what rows are taken back to.
  void forget_earlier();

 private:
  void keep(std::uint64_t seq, const EventView& event);

  Account now_;
  std::string events_;  // of some types the last one counts
};

}  // namespace reel::segment
