#include "recorder.hpp"

#include <chrono>
#include <thread>
#include <variant>

#include "arguments.hpp"
#include "c_method.hpp"
#include "events.hpp"
#include "module.hpp"
#include "without_gil.hpp"

namespace reel::python {
namespace {

struct Held {
  std::shared_ptr<LogHandle> log;
  reel::Recorder recorder;
  bool closed = false;

  Held(std::shared_ptr<LogHandle> of, reel::Recorder made)
      : log(std::move(of)), recorder(std::move(made)) {}
};
using HeldPtr = std::shared_ptr<Held>;

struct Object {
  PyObject ob_base;
  HeldPtr held;  // null when closed, or not made by a Log
  std::int64_t next_index;
};

Object& object_of(PyObject* self) noexcept { return *reinterpret_cast<Object*>(self); }

// Null with the exception set. Lives as long as the GIL is kept.
Held* held_of(PyObject* self) {
  Held* const held = object_of(self).held.get();
  if (held != nullptr && !held->log->closed()) return held;
  set_error(why_not(Append::closed));
  return nullptr;
}

bool refused(Append answer) noexcept { return answer != Append::ok && answer != Append::held; }

// The hot path's first try came back with `full`. Meanwhile another thread may close the recorder.
template <class Record>
Append wait_for_room(PyObject* self, Record record) {
  const HeldPtr keep = object_of(self).held;
  const Held& held = *keep;
  const std::chrono::milliseconds patience(held.log->patience_ms());
  const auto deadline = std::chrono::steady_clock::now() + patience;
  Append answer = Append::full;
  while (answer == Append::full && std::chrono::steady_clock::now() < deadline) {
    without_gil([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
    answer = held.closed || held.log->closed() ? Append::closed : record();
  }
  return answer;
}

// True: recorded. Else the exception is set.
template <class Record>
bool recorded(PyObject* self, Record record) {
  Append answer = record();
  if (!refused(answer)) return true;
  if (answer == Append::full) answer = wait_for_room(self, record);
  if (!refused(answer)) return true;
  set_error(why_not(answer));
  return false;
}

PyObject* record_token(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  TextAndIndex arguments;
  std::string_view text;
  if (!parse(arguments, args, count, names, "record_token", "value")) return nullptr;
  if (arguments.others) {
    PyErr_SetString(PyExc_TypeError,
                    "record_token takes a value and an index; for a channel or a time of your own "
                    "use record(TokenEvent(...))");
    return nullptr;
  }
  if (!utf8_of(arguments.text, "record_token: value", text)) return nullptr;
  Held* const held = held_of(self);
  if (held == nullptr) return nullptr;
  Object& object = object_of(self);
  const std::int64_t index = arguments.has_index ? arguments.index : object.next_index;
  if (!recorded(self, [&] { return held->recorder.record_token(text, index); })) return nullptr;
  object.next_index = index == INT64_MAX ? index : index + 1;
  Py_RETURN_NONE;
}

// Tokens before one that fails are recorded; next_seq says how many that were.
bool record_each(PyObject* self, PyObject* values, std::int64_t index) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(values);
  for (Py_ssize_t i = 0; i < count; ++i) {
    std::string_view text;
    PyObject* const value = PySequence_Fast_GET_ITEM(values, i);
    if (!utf8_of(value, "record_tokens: each value", text)) return false;
    Held* const held = held_of(self);
    if (held == nullptr) return false;
    if (!recorded(self, [&] { return held->recorder.record_token(text, index); })) return false;
    object_of(self).next_index = index == INT64_MAX ? index : ++index;
  }
  return true;
}

PyObject* record_tokens(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  TextAndIndex arguments;
  if (!parse(arguments, args, count, names, "record_tokens", "values")) return nullptr;
  if (arguments.others) {
    PyErr_SetString(PyExc_TypeError, "record_tokens takes a list of str, and an index");
    return nullptr;
  }
  // A tuple of its own: while room is waited for, others may change a list.
  PyObject* const values = texts_of(arguments.text, "record_tokens");
  if (values == nullptr) return nullptr;
  const std::int64_t index = arguments.has_index ? arguments.index : object_of(self).next_index;
  const bool done = record_each(self, values, index);
  Py_DECREF(values);
  if (!done) return nullptr;
  Py_RETURN_NONE;
}

// Stamped by the log's clock.
struct Stamped {
  reel::Recorder& recorder;
  Append operator()(const Start& start) { return recorder.record_start(start.options); }
  Append operator()(const Checkpoint& one) {
    return recorder.record_checkpoint(one.content, one.at);
  }
  Append operator()(const Guardrail& guardrail) { return recorder.record_guardrail(guardrail); }
  Append operator()(const Drift& drift) { return recorder.record_drift(drift); }
  Append operator()(const Retry& retry) { return recorder.record_retry(retry); }
  Append operator()(const Fallback& fallback) { return recorder.record_fallback(fallback); }
  Append operator()(const Continuation& one) {
    return recorder.record_continuation(one.checkpoint, one.at);
  }
  Append operator()(const Complete& one) {
    return recorder.record_complete(one.content, one.token_count);
  }
  Append operator()(const ErrorEvent& error) { return recorder.record_error(error); }
  Append operator()(const Token& token) { return recorder.record_token(token.value, token.index); }
  Append operator()(const auto&) { return Append::invalid; }
};

// (json text, stamped by the log's clock?)
PyObject* append(PyObject* self, PyObject* args) {
  PyObject* argument = nullptr;
  int stamp = 0;
  std::string_view text;
  if (PyArg_ParseTuple(args, "Op", &argument, &stamp) == 0) return nullptr;
  if (!utf8_of(argument, "the event", text)) return nullptr;
  Held* const held = held_of(self);
  if (held == nullptr) return nullptr;
  const auto event = event_of(text);
  if (!event) return set_error(event.error()), nullptr;
  const bool done = recorded(self, [&] {
    if (stamp != 0) return std::visit(Stamped{held->recorder}, event->body);
    return held->recorder.record(*event);
  });
  if (!done) return nullptr;
  if (const auto* const token = std::get_if<Token>(&event->body)) {
    object_of(self).next_index = token->index == INT64_MAX ? token->index : token->index + 1;
  }
  Py_RETURN_NONE;
}

PyObject* close(PyObject* self, PyObject*) {
  const HeldPtr held = std::move(object_of(self).held);
  if (held != nullptr) held->closed = true;
  Py_RETURN_NONE;
}

PyObject* stream_id(PyObject* self, void*) {
  Held* const held = held_of(self);
  if (held == nullptr) return nullptr;
  return text_of(held->recorder.stream_id()).release().ptr();
}
PyObject* next_seq(PyObject* self, void*) {
  Held* const held = held_of(self);
  return held == nullptr ? nullptr : PyLong_FromUnsignedLongLong(held->recorder.next_seq());
}
PyObject* wanted(PyObject* self, void*) {
  Held* const held = held_of(self);
  return held == nullptr ? nullptr : PyBool_FromLong(held->recorder.wanted() ? 1 : 0);
}
PyObject* watermarks(PyObject* self, void*) {
  Held* const held = held_of(self);
  if (held == nullptr) return nullptr;
  const StreamWatermarks marks = held->recorder.watermarks();
  return py::make_tuple(marks.recorded, marks.written, marks.durable).release().ptr();
}

void dealloc(PyObject* self) {
  object_of(self).held.~HeldPtr();
  PyTypeObject* const type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* make(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* const self = type->tp_alloc(type, 0);  // zeros
  if (self != nullptr) new (&object_of(self).held) HeldPtr;
  return self;
}

PyMethodDef methods[] = {
    {"record_token", method<record_token>(), METH_FASTCALL | METH_KEYWORDS,
     "record_token(value, index=None)\n--\n\n"
     "Records a TOKEN. Without an index it follows the last token of this recorder."},
    {"record_tokens", method<record_tokens>(), METH_FASTCALL | METH_KEYWORDS,
     "record_tokens(values, index=None)\n--\n\n"
     "Records a list of TOKENs. Those before one that fails are recorded."},
    {"_append", method<append>(), METH_VARARGS, nullptr},
    {"close", method<close>(), METH_NOARGS,
     "close()\n--\n\nReleases the stream. What was recorded stays recorded."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"stream_id", attribute<stream_id>(), nullptr, "The stream's id.", nullptr},
    {"next_seq", attribute<next_seq>(), nullptr, "The seq that the next event gets.", nullptr},
    {"wanted", attribute<wanted>(), nullptr,
     "Has another process asked for the stream, and was told busy?", nullptr},
    {"watermarks", attribute<watermarks>(), nullptr,
     "(recorded, written, durable): how far the stream has come, in seqs.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"reel._reel.RecorderBase", sizeof(Object), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace

py::object new_recorder(std::shared_ptr<LogHandle> log, reel::Recorder recorder,
                        const py::object& type) {
  py::object made = type();
  Object& object = object_of(made.ptr());
  object.held = std::make_shared<Held>(std::move(log), std::move(recorder));
  return made;
}

void add_recorder(py::module_& module) {
  PyObject* const type = PyType_FromSpec(&spec);
  if (type == nullptr) throw py::error_already_set();
  module.add_object("RecorderBase", type);
}

}  // namespace reel::python
