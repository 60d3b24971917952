// JoinedStream: one stream out of several stores, its events joined by seq. GAPs come where nobody
// has an event. Views until the next call of next(), as with Cursor.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reel/reader.hpp"

namespace reel::store {

class JoinedStream {
 public:
  // Each at its beginning.
  explicit JoinedStream(std::vector<Cursor> cursors);

  // false: the end, or an error: see status().
  bool next();
  std::uint64_t seq() const noexcept { return seq_; }
  // nullptr: the seqs from seq() to end_seq() - 1 are missing.
  const EnvelopeView* event() const noexcept { return event_; }
  std::uint64_t end_seq() const noexcept { return end_seq_; }
  // Of missing ones: the GAP that says so, where there is one.
  const EnvelopeView* gap() const noexcept { return gap_; }
  const Status& status() const noexcept { return status_; }

 private:
  struct Head {
    Cursor cursor;
    bool at_event = false;  // view() counts
    const EnvelopeView& view() const { return cursor.view(); }
    std::uint64_t after() const { return view().seq + view().event.seqs(); }
    bool is_gap() const { return view().event.type == EventType::gap; }
  };
  bool advance();

  std::vector<Head> heads_;
  std::uint64_t next_seq_ = 0;  // all below came
  std::uint64_t seq_ = 0, end_seq_ = 0;
  const EnvelopeView* event_ = nullptr;
  const EnvelopeView* gap_ = nullptr;
  Status status_;
};

// The first seq under which both have an event, and not the same one; nullopt: there is none.
std::optional<std::uint64_t> first_conflict(Cursor a, Cursor b);

}  // namespace reel::store
