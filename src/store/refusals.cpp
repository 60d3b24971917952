#include "store/refusals.hpp"

#include <cmath>
#include <utility>

namespace reel::store {

Error bad_argument(std::string message) {
  return {ErrorCode::invalid_argument, 0, "", 0, std::move(message)};
}

Error sequence_error(std::string_view stream_id, std::uint64_t next_seq,
                     std::uint64_t expected_seq) {
  return {ErrorCode::sequence, 0, "", 0,
          "the next event of stream \"" + std::string(stream_id) + "\" has seq " +
              std::to_string(next_seq) + ", not " + std::to_string(expected_seq)};
}

Error seq_error(std::string_view stream_id) {
  return {ErrorCode::too_large, 0, "", 0,
          "stream \"" + std::string(stream_id) + "\" has no seq left for the event"};
}

Status check_storable(const EventView& event, std::size_t bytes_max) {
  if (!std::isfinite(event.ts_ms)) {
    return bad_argument("the event's ts is no finite number; give Unix milliseconds");
  }
  if (event.seqs() == 0) {
    return bad_argument("the GAP does not say how many events it stands for");
  }
  if (event.text.size() > bytes_max || event.parts.size() > bytes_max - event.text.size()) {
    return Error{ErrorCode::too_large, 0, "", 0,
                 "the event has " + std::to_string(event.text.size() + event.parts.size()) +
                     " bytes; at most " + std::to_string(bytes_max) + " are allowed"};
  }
  return {};
}

}  // namespace reel::store
