// Why a store does not take an event, in the same words in every store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "reel/status.hpp"

namespace reel::store {

Error bad_argument(std::string message);  // ErrorCode::invalid_argument
Error sequence_error(std::string_view stream_id, std::uint64_t next_seq,
                     std::uint64_t expected_seq);
Error seq_error(std::string_view stream_id);  // no seq is left for the event

// Is the event one that a stream can hold? A ts that is a number, a GAP that says how many events
// it stands for, no more than `bytes_max` bytes.
Status check_storable(const EventView& event, std::size_t bytes_max);

}  // namespace reel::store
