// An event on one line, for people.
#pragma once

#include <string>

#include "output.hpp"
#include "reel/event.hpp"

namespace reel::tool {

// What the event says besides its type: "0  \"Hello\"", "3 events missing (import)", ... Escaped.
std::string describe(const EventView& event);

// "[stream  ]seq  time  TYPE  description\n". Without a stream where `stream_width` is 0.
void append_event_line(std::string& out, const EnvelopeView& envelope, std::size_t stream_width);

}  // namespace reel::tool
