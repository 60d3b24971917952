#include "events.hpp"

#include "errors.hpp"
#include "reel/json.hpp"

namespace reel::python {
namespace {

// Never destroyed: at the end of the process there is no interpreter any more to free them with.
struct Types {
  py::object envelope, token, event_of_json;
  py::str stream_id{"stream_id"}, seq{"seq"}, event{"event"}, ts{"ts"}, value{"value"},
      index{"index"};
};
Types* types = nullptr;

// An object whose __init__ is not run: its attributes are set here.
py::object blank(const py::object& kind) {
  auto* const type = reinterpret_cast<PyTypeObject*>(kind.ptr());
  PyObject* const made = type->tp_alloc(type, 0);
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

void set(const py::object& object, const py::str& name, const py::object& value) {
  if (PyObject_SetAttr(object.ptr(), name.ptr(), value.ptr()) != 0) throw py::error_already_set();
}

// Without a channel and what else a TOKEN may have; the class has the defaults of those, and makes
// `extra` when it is asked for.
py::object plain_token(const EventView& view) {
  py::object event = blank(types->token);
  set(event, types->ts, py::float_(view.ts_ms));
  set(event, types->value, text_of(view.text));
  set(event, types->index, py::int_(view.number.value_or(0)));
  return event;
}

py::object event_object(const EventView& view) {
  if (view.type == EventType::token && view.parts.empty()) return plain_token(view);
  std::string text;
  json::append_event(text, view);
  return types->event_of_json(text_of(text));
}

py::object optional_text(const std::optional<std::string>& text) {
  return text ? py::object(text_of(*text)) : py::none();
}

}  // namespace

void set_event_types(py::object envelope, py::object token, py::object event_of_json) {
  if (types == nullptr) types = new Types;
  types->envelope = std::move(envelope);
  types->token = std::move(token);
  types->event_of_json = std::move(event_of_json);
}

py::object envelope_of(const EnvelopeView& view, const py::str& stream_id) {
  py::object event = event_object(view.event);
  py::object envelope = blank(types->envelope);
  set(envelope, types->stream_id, stream_id);
  set(envelope, types->seq, py::int_(view.seq));
  set(envelope, types->event, event);
  return envelope;
}

Result<Event> event_of(std::string_view json_text) {
  static json::Parser* const parser = new json::Parser;  // the GIL guards it
  auto line = parser->parse_line(json_text);
  if (!line) return line.status();
  return std::move(line->event);
}

py::tuple tuple_of(const State& state) {
  py::list violations;
  for (const std::string& violation : state.violations) violations.append(text_of(violation));
  py::object error = py::none();
  if (state.error) {
    error = py::make_tuple(text_of(state.error->name), text_of(state.error->message),
                           optional_text(state.error->code), optional_text(state.error->stack),
                           optional_text(state.error->metadata));
  }
  return py::make_tuple(text_of(state.content), state.token_count, text_of(state.checkpoint),
                        violations, state.drift_detected, state.retry_attempts,
                        state.network_retry_count, state.fallback_index, state.completed, error,
                        state.start_ts, state.end_ts);
}

}  // namespace reel::python
