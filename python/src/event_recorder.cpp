// `_reel.EventRecorderBase`: the quick half of reel/recorder.py. record_token and record_tokens of
// one of reel's stores are done here, everything else by the class that is derived from it.
#include <chrono>
#include <cmath>
#include <vector>

#include "arguments.hpp"
#include "c_method.hpp"
#include "call.hpp"
#include "composite_outcome.hpp"
#include "events.hpp"
#include "module.hpp"
#include "store_handle.hpp"

namespace reel::python {
namespace {

struct Recorder {
  PyObject ob_base;
  // Null unless the store is one of reel's own.
  std::shared_ptr<StoreHandle>* store;
  std::string* stream_id;
  std::int64_t next_index;
  unsigned long long seq;
  bool warm;  // something was appended: the log is open and the stream too
};

Recorder& recorder_of(PyObject* self) noexcept { return *reinterpret_cast<Recorder*>(self); }

double now_ms() noexcept {
  using Ms = std::chrono::duration<double, std::milli>;
  return Ms(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::int64_t after(std::int64_t index) noexcept { return index == INT64_MAX ? index : index + 1; }

// The first append opens the log and the stream, which may take its time.
template <class Append>
Status append_first(Recorder& self, Append append) {
  if (self.warm) return append();
  Status status = without_gil(append);
  self.warm = status.ok();
  return status;
}

using Texts = std::span<const std::string_view>;

// Appends `texts` from `stored` on; moves it on.
Status append_once(Recorder& self, StoreHandle& store, Texts texts, std::int64_t first_index,
                   double ts_ms, std::size_t& stored) {
  const Texts left = texts.subspan(stored);
  const std::int64_t index = first_index + static_cast<std::int64_t>(stored);
  const StorePtr kept = store.store();  // another thread may close the handle meanwhile
  if (kept == nullptr) return closed_store();
  if (FileStore* const file = store.file(); file != nullptr) {
    std::size_t count = 0;
    Status status = append_first(
        self, [&] { return file->append_tokens(*self.stream_id, left, index, ts_ms, count); });
    stored += count;
    return status;
  }
  Event event{ts_ms, Token{}, {}, {}};
  Token& token = std::get<Token>(event.body);  // one for all: its text keeps its memory
  return append_first(self, [&] {
    for (std::size_t i = 0; i < left.size(); ++i, ++stored) {
      token.value = left[i];
      token.index = index + static_cast<std::int64_t>(i);
      const auto answer = kept->append(*self.stream_id, event);
      if (!answer) return answer.status();
    }
    return Status();
  });
}

// A composite's failure says which stores it was. Counts the event; true: all of them took it.
bool append_to_all(Recorder& self, CompositeStore& store, const Event& event) {
  CompositeReport report;
  const Status status = append_first(self, [&] {
    report = store.append_to_all(*self.stream_id, event);
    return report.status();
  });
  if (!status.ok()) return set_error(report), false;
  ++self.seq;
  if (const auto* const token = std::get_if<Token>(&event.body)) {
    self.next_index = after(token->index);
  }
  return true;
}

bool append_texts_to_all(Recorder& self, CompositeStore& store, Texts texts,
                         std::int64_t first_index) {
  Event event;
  event.ts_ms = now_ms();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    event.body = Token{std::string(texts[i]), first_index + static_cast<std::int64_t>(i)};
    if (!append_to_all(self, store, event)) return false;
  }
  return true;
}

bool append_texts(Recorder& self, Texts texts, std::int64_t first_index) {
  StoreHandle& store = **self.store;
  if (const auto all = store.composite()) {
    return append_texts_to_all(self, *all, texts, first_index);
  }
  const double ts_ms = now_ms();
  std::size_t stored = 0;
  const Status status = patiently(store.patience_ms(), [&] {
    return append_once(self, store, texts, first_index, ts_ms, stored);
  });
  self.seq += stored;
  if (stored > 0) self.next_index = after(first_index + static_cast<std::int64_t>(stored - 1));
  if (!status.ok()) set_error(status.error());
  return status.ok();
}

std::int64_t index_of(const Call& call, const Recorder& self) noexcept {
  return call.has_number ? call.number : self.next_index;
}

PyObject* run_token(Call& call) {
  Recorder& self = recorder_of(call.owner);
  std::string_view text;
  if (!utf8_of(call.argument, "record_token: value", text)) return nullptr;
  if (!append_texts(self, {&text, 1}, index_of(call, self))) return nullptr;
  Py_RETURN_NONE;
}

PyObject* run_tokens(Call& call) {
  Recorder& self = recorder_of(call.owner);
  const Py_ssize_t count = PyTuple_GET_SIZE(call.argument);
  const std::int64_t first = index_of(call, self);
  if (count > 0 && first > INT64_MAX - (count - 1)) {
    set_error({ErrorCode::invalid_argument, 0, "", 0,
               "record_tokens: the last index would not fit into 64 bits"});
    return nullptr;
  }
  std::vector<std::string_view> texts(static_cast<std::size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const text = PyTuple_GET_ITEM(call.argument, i);
    if (!utf8_of(text, "record_tokens: each value", texts[static_cast<std::size_t>(i)])) {
      return nullptr;
    }
  }
  if (!append_texts(self, texts, first)) return nullptr;
  Py_RETURN_NONE;
}

// The coroutine that the derived class makes instead, with all the arguments.
PyObject* generally(PyObject* self, const char* method, PyObject* const* args, Py_ssize_t count,
                    PyObject* names) {
  PyObject* const function = PyObject_GetAttrString(self, method);
  if (function == nullptr) return nullptr;
  PyObject* const made =
      PyObject_Vectorcall(function, args, static_cast<std::size_t>(count), names);
  Py_DECREF(function);
  return made;
}

PyObject* with_index(PyObject* made, const TextAndIndex& arguments) {
  if (made == nullptr) return nullptr;
  Call& call = *reinterpret_cast<Call*>(made);
  call.number = arguments.index;
  call.has_number = arguments.has_index;
  return made;
}

PyObject* record_token(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  TextAndIndex arguments;
  if (!parse(arguments, args, count, names, "record_token", "value")) return nullptr;
  if (arguments.others || recorder_of(self).store == nullptr) {
    return generally(self, "_record_token", args, count, names);
  }
  if (!PyUnicode_Check(arguments.text)) {
    PyErr_Format(PyExc_TypeError, "record_token: value must be a str, not %.100s",
                 Py_TYPE(arguments.text)->tp_name);
    return nullptr;
  }
  return with_index(new_call(run_token, "EventRecorder.record_token", self, arguments.text),
                    arguments);
}

PyObject* record_tokens(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  TextAndIndex arguments;
  if (!parse(arguments, args, count, names, "record_tokens", "values")) return nullptr;
  if (arguments.others || recorder_of(self).store == nullptr) {
    return generally(self, "_record_tokens", args, count, names);
  }
  // A tuple of its own: the list may change before it is awaited.
  PyObject* const values = texts_of(arguments.text, "record_tokens");
  if (values == nullptr) return nullptr;
  PyObject* const made = new_call(run_tokens, "EventRecorder.record_tokens", self, values);
  Py_DECREF(values);
  return with_index(made, arguments);
}

// An event of its JSON text.
PyObject* append(PyObject* object, PyObject* argument) {
  Recorder& self = recorder_of(object);
  std::string_view text;
  if (!utf8_of(argument, "the event", text)) return nullptr;
  if (self.store == nullptr) return set_error(closed_store()), nullptr;  // never bound
  StoreHandle& store = **self.store;
  const auto event = event_of(text);
  if (!event) return set_error(event.error()), nullptr;
  const StorePtr kept = store.store();
  if (kept == nullptr) return set_error(closed_store()), nullptr;
  if (const auto all = store.composite()) {
    if (!append_to_all(self, *all, *event)) return nullptr;
    Py_RETURN_NONE;
  }
  const Status status = patiently(store.patience_ms(), [&] {
    return append_first(self, [&] { return kept->append(*self.stream_id, *event).status(); });
  });
  if (!status) return set_error(status.error()), nullptr;
  ++self.seq;
  if (const auto* const token = std::get_if<Token>(&event->body)) {
    self.next_index = after(token->index);
  }
  Py_RETURN_NONE;
}

// (store or None, stream_id): what __init__ of the derived class does first.
PyObject* bind(PyObject* object, PyObject* args) {
  Recorder& self = recorder_of(object);
  const auto given = py::reinterpret_borrow<py::tuple>(args);
  const auto store = given[0].cast<std::shared_ptr<StoreHandle>>();
  std::string_view id;
  if (!utf8_of(py::object(given[1]).ptr(), "stream_id", id)) return nullptr;
  auto own_id = std::make_unique<std::string>(id);
  delete self.store;
  self.store = store == nullptr ? nullptr : new std::shared_ptr<StoreHandle>(store);
  delete self.stream_id;
  self.stream_id = own_id.release();
  Py_RETURN_NONE;
}

PyObject* seq(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(recorder_of(self).seq); }
int set_seq(PyObject* self, PyObject* value, void*) {
  recorder_of(self).seq = PyLong_AsUnsignedLongLong(value);
  return PyErr_Occurred() != nullptr ? -1 : 0;
}
PyObject* next_index(PyObject* self, void*) {
  return PyLong_FromLongLong(recorder_of(self).next_index);
}
int set_next_index(PyObject* self, PyObject* value, void*) {
  recorder_of(self).next_index = PyLong_AsLongLong(value);
  return PyErr_Occurred() != nullptr ? -1 : 0;
}

PyObject* make(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* const self = type->tp_alloc(type, 0);  // zeros
  return self;
}

void dealloc(PyObject* self) {
  delete recorder_of(self).store;
  delete recorder_of(self).stream_id;
  PyTypeObject* const type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"record_token", method<record_token>(), METH_FASTCALL | METH_KEYWORDS,
     "record_token(value, index=None, *, channel=None, call=None)\n--\n\n"
     "Records a TOKEN. Without an index it follows the last token of this recorder."},
    {"record_tokens", method<record_tokens>(), METH_FASTCALL | METH_KEYWORDS,
     "record_tokens(values, index=None)\n--\n\n"
     "Records many TOKENs at once, with one time: the first gets the index, or follows the last."},
    {"_append", method<append>(), METH_O, nullptr},
    {"_bind", method<bind>(), METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"_seq", attribute<seq>(), set_seq, nullptr, nullptr},
    {"_next_index", attribute<next_index>(), set_next_index, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"reel._reel.EventRecorderBase", sizeof(Recorder), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace

void add_event_recorder(py::module_& module) {
  PyObject* const type = PyType_FromSpec(&spec);
  if (type == nullptr) throw py::error_already_set();
  module.add_object("EventRecorderBase", type);
}

}  // namespace reel::python
