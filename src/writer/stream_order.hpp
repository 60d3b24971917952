// StreamOrder: restores the order of each stream's events.
//
// A stream may hop threads, so its frames are met in any order. `next` of a stream is the end of
// what was taken without a hole; what comes after a hole waits until the hole is filled, and it
// will be: an event is committed before its stream's next one is recorded, so a later look into
// the chunks finds it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "arena/arena.hpp"

namespace reel::writer {

class StreamOrder {
 public:
  struct Stream {
    std::uint32_t incarnation = 0;  // low 32 bits
    std::uint32_t number = 0;       // in the segment of `epoch`
    std::uint64_t epoch = 0;
    std::uint64_t next = 0;   // every seq below has been taken
    std::uint64_t batch = 0;  // last batch it was in
    std::uint32_t place = 0;  // among the streams of that batch
    bool unsynced = false;    // written since the last sync
    bool known = false;
  };

  explicit StreamOrder(arena::Arena& arena) : arena_(arena), streams_(arena.header().slot_count) {}

  // The stream of a slot, newly known if the slot has changed hands.
  Stream& stream(std::uint32_t slot, std::uint32_t incarnation) {
    Stream& stream = streams_[slot];
    if (!stream.known || stream.incarnation != incarnation) {
      stream = {};
      stream.known = true;
      stream.incarnation = incarnation;
      stream.next = arena_.slot(slot).first_seq;
    }
    return stream;
  }
  // The slot will be asked for soon: of thousands of streams most are not in the cache.
  void expect(std::uint32_t slot) const noexcept { __builtin_prefetch(&streams_[slot]); }
  Stream& operator[](std::uint32_t slot) noexcept { return streams_[slot]; }
  void forget(std::uint32_t slot) noexcept { streams_[slot] = {}; }

  // Takes events [seq, end) of a stream. False: they were taken before (declared twice).
  bool take(std::uint32_t slot, Stream& stream, std::uint64_t seq, std::uint64_t end) {
    if (end <= stream.next) return false;
    if (seq == stream.next && ahead_.empty()) {
      stream.next = end;
    } else {
      take_out_of_order(slot, stream, seq, end);
    }
    return true;
  }

  bool any_waits() const noexcept { return !ahead_.empty(); }
  // Does the event stand after a hole of its stream?
  bool waits(std::uint32_t slot, std::uint64_t seq) const {
    return seq >= streams_[slot].next && ahead_.contains(slot);
  }

 private:
  struct Range {
    std::uint64_t seq, end;
  };
  static void wait(std::vector<Range>& waiting, std::uint64_t seq, std::uint64_t end);
  void take_out_of_order(std::uint32_t slot, Stream& stream, std::uint64_t seq, std::uint64_t end);

  arena::Arena& arena_;
  std::vector<Stream> streams_;                                  // by slot
  std::unordered_map<std::uint32_t, std::vector<Range>> ahead_;  // after a hole, by slot; by seq
};

}  // namespace reel::writer
