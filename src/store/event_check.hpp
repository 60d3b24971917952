// Is what an event carries as JSON text really JSON? Stores keep events as they are given, so this
// stands where events are made by hand.
#pragma once

#include "reel/event.hpp"
#include "reel/json.hpp"
#include "reel/status.hpp"

namespace reel::store {

// False: the event carries no JSON text at all, as most do.
bool carries_json(const Event& event) noexcept;

// Checks the JSON text of the event and takes insignificant white space out. Not ok: one sentence
// that says which member is wrong, and why.
Status check_json(json::Parser& parser, Event& event);

}  // namespace reel::store
