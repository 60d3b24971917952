// StreamSlots: the slots of a lane's stream table, taken for streams and given back. Guarded by its
// owner's lock; other lanes look at the table meanwhile (other_slot.hpp), which is why the order of
// the stores counts.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "log/segment_index.hpp"
#include "record/lane.hpp"
#include "reel/status.hpp"

namespace reel::log {

class StreamSlots {
 public:
  explicit StreamSlots(std::shared_ptr<record::Lane> lane);

  // A slot with the stream's name, not seen by anybody yet. full: there is none, or no room for a
  // name this long.
  Result<std::uint32_t> take(std::string_view name_space, std::string_view id);
  // From here on others see that the stream is being opened here, and from where it goes on. May be
  // called again before it is open.
  void begin(std::uint32_t slot_index, const KnownStream& stream) noexcept;
  void give(std::uint32_t slot_index);

  // What the slot of a stream without a Recorder says; `next_seq` is where it was closed.
  KnownStream left_in(std::uint32_t slot_index) const noexcept;

 private:
  Result<std::uint32_t> next_free();
  void expect(std::uint32_t slot_index) noexcept;
  Status fill_name(std::uint32_t slot_index, std::string_view name_space, std::string_view id);

  std::shared_ptr<record::Lane> lane_;
  arena::Arena& arena_;
  std::vector<std::uint32_t> free_;
};

}  // namespace reel::log
