// Events as objects of Python. TOKENs are made here; the others go through their JSON text, which
// reel/convert.py reads and writes: they are few.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "reel/state.hpp"
#include "reel/status.hpp"

namespace reel::python {

// Tells which classes to make: EventEnvelope, TokenEvent, and what makes an event of its JSON text.
void set_event_types(pybind11::object envelope, pybind11::object token,
                     pybind11::object event_of_json);

// An EventEnvelope; `stream_id` is view's, as a str. Throws what Python raises.
pybind11::object envelope_of(const EnvelopeView& view, const pybind11::str& stream_id);

// An event of its JSON text, with the GIL held. Errors: invalid_argument.
Result<Event> event_of(std::string_view json_text);

// What Python makes a ReplayedState of: its fields in their order; violations and the error's
// metadata as JSON text.
pybind11::tuple tuple_of(const State& state);

}  // namespace reel::python
