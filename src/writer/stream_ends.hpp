// StreamEnds: how a stream whose Recorder is closed leaves the stream table: its slot goes back
// once all its events are written. A stream that ended in dropped events owes a GAP for them first,
// which is made here. Used by the writer's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/lane.hpp"
#include "writer/stream_order.hpp"

namespace reel::writer {

// Who owns the slots of the stream table.
class SlotPool {
 public:
  virtual ~SlotPool() = default;
  // Takes the slot back if its Recorder is still closed. `epoch`: of the active segment; the
  // stream's last events are in it or in an earlier one.
  virtual bool try_free(std::uint32_t slot, std::uint64_t epoch) = 0;
};

class StreamEnds {
 public:
  StreamEnds(record::Lane& lane, SlotPool& slots, StreamOrder& order, base::Clock& clock)
      : lane_(lane), slots_(slots), order_(order), clock_(clock) {}

  // Gives back the slots whose stream is closed and written. The frames of GAPs that others of them
  // owe are added to `gaps`.
  void release(std::uint64_t epoch, std::vector<std::string>& gaps);
  // At the very end: adds the GAPs that any stream owes, closed or not.
  void settle_all(std::vector<std::string>& gaps);

 private:
  bool owes_gap(std::uint32_t slot_index, std::uint64_t closed_at);
  std::string owed_gap(std::uint32_t slot_index);

  record::Lane& lane_;
  SlotPool& slots_;
  StreamOrder& order_;
  base::Clock& clock_;
  std::vector<std::uint32_t> closing_;  // slots whose Recorder is closed
};

}  // namespace reel::writer
