// Envelopes whose stamps are written in one of several ways.
#pragma once

#include <string>
#include <string_view>

#include "reel/event.hpp"

namespace reel::json {

using AppendDouble = void (*)(std::string& out, double value);

// append_envelope of reel/json.hpp, but with `append_ts` for the event's own `ts`.
bool append_envelope(std::string& out, const EnvelopeView& envelope, std::string_view name_space,
                     AppendDouble append_ts);

}  // namespace reel::json
