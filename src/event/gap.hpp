// GAP, the event that stands for events that are not there: how one is made. Whoever reads one asks
// EventView::seqs() how many seqs it stands for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/frame.hpp"

namespace reel::event {

inline constexpr std::string_view kCauseOverflow = "overflow";     // dropped: the arena was full
inline constexpr std::string_view kCauseArenaLost = "arena_lost";  // a hole that recovery met
inline constexpr std::string_view kCauseRetention = "retention";   // content past its time

// Appends cause and count: the last parts of an event by id.
void append_gap_parts(std::string& parts, std::string_view cause, std::uint64_t count);

// A GAP without a ts. Its parts are made in `parts_buffer`, which must outlive the view.
EventView gap_view(std::string_view cause, std::uint64_t count, std::string& parts_buffer);

// A GAP as a whole frame. `header` says whose it is, where and when (slot, incarnation, seq, ts).
std::string gap_frame(FrameHeader header, std::string_view cause, std::uint64_t count);

}  // namespace reel::event
