#include "call.hpp"

#include "c_method.hpp"

namespace reel::python {
namespace {

namespace py = pybind11;

PyTypeObject* call_type = nullptr;

Call& call_of(PyObject* self) noexcept { return *reinterpret_cast<Call*>(self); }

// The one step there is.
PyObject* step(Call& call) {
  if (call.run == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    return nullptr;
  }
  const auto run = call.run;
  call.run = nullptr;
  try {
    return run(call);
  } catch (...) {
    set_caught();
    return nullptr;
  }
}

// Ends as an iterator does that answers something.
PyObject* stop_with(PyObject* answer) {
  if (answer == nullptr) return nullptr;
  if (answer == Py_None) {
    PyErr_SetNone(PyExc_StopIteration);
  } else {
    PyErr_SetObject(PyExc_StopIteration, answer);
  }
  Py_DECREF(answer);
  return nullptr;
}

PyObject* next(PyObject* self) { return stop_with(step(call_of(self))); }
PyObject* send(PyObject* self, PyObject*) { return stop_with(step(call_of(self))); }

PyObject* itself(PyObject* self) {
  Py_INCREF(self);
  return self;
}

PyObject* close(PyObject* self, PyObject*) {
  call_of(self).run = nullptr;
  Py_RETURN_NONE;
}

// throw(exception) or, as it was once, throw(type, value, traceback).
PyObject* throw_in(PyObject* self, PyObject* args) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  if (PyArg_ParseTuple(args, "O|OO", &type, &value, &traceback) == 0) return nullptr;
  call_of(self).run = nullptr;
  if (PyExceptionInstance_Check(type)) {
    PyErr_SetObject(PyExceptionInstance_Class(type), type);
  } else if (PyExceptionClass_Check(type)) {
    PyErr_SetObject(type, value);
  } else {
    PyErr_SetString(PyExc_TypeError, "exceptions must be classes or instances of BaseException");
  }
  return nullptr;
}

#if PY_VERSION_HEX >= 0x030A0000
PySendResult am_send(PyObject* self, PyObject*, PyObject** answer) {
  *answer = step(call_of(self));
  return *answer == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
}
#endif

PyObject* name_of(PyObject* self, void*) { return PyUnicode_FromString(call_of(self).name); }
PyObject* is_running(PyObject*, void*) { Py_RETURN_FALSE; }

void warn_of(Call& call) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  const char* const text = "coroutine '%s' was never awaited: nothing was recorded";
  if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, text, call.name) < 0) {
    PyErr_WriteUnraisable(nullptr);  // `call` itself is no more
  }
  PyErr_Restore(type, value, traceback);
}

void dealloc(PyObject* self) {
  Call& call = call_of(self);
  if (call.run != nullptr) warn_of(call);
  Py_XDECREF(call.owner);
  Py_XDECREF(call.argument);
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"send", send, METH_O, "Runs it to its end."},
    {"throw", throw_in, METH_VARARGS, "Ends it with an exception."},
    {"close", close, METH_NOARGS, "Ends it without doing anything."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"__name__", name_of, nullptr, nullptr, nullptr},
    {"__qualname__", name_of, nullptr, nullptr, nullptr},
    {"cr_running", is_running, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_iternext, reinterpret_cast<void*>(next)},
    {Py_am_await, reinterpret_cast<void*>(itself)},
#if PY_VERSION_HEX >= 0x030A0000
    {Py_am_send, reinterpret_cast<void*>(am_send)},
#endif
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_tp_doc, const_cast<char*>("A coroutine that is done with its first step.")},
    {0, nullptr},
};

#if PY_VERSION_HEX >= 0x030A0000
constexpr unsigned int kFlags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
#else
constexpr unsigned int kFlags = Py_TPFLAGS_DEFAULT;
#endif

PyType_Spec spec = {"reel._reel.Call", sizeof(Call), 0, kFlags, slots};

}  // namespace

PyObject* new_call(PyObject* (*run)(Call&), const char* name, PyObject* owner, PyObject* argument) {
  Call* const call = PyObject_New(Call, call_type);
  if (call == nullptr) return nullptr;
  call->run = run;
  call->name = name;
  Py_INCREF(owner);
  call->owner = owner;
  Py_INCREF(argument);
  call->argument = argument;
  call->number = 0;
  call->has_number = false;
  return reinterpret_cast<PyObject*>(call);
}

void add_call(py::module_& module) {
  PyObject* const type = PyType_FromSpec(&spec);
  if (type == nullptr) throw py::error_already_set();
  call_type = reinterpret_cast<PyTypeObject*>(type);
  module.add_object("Call", type);
}

}  // namespace reel::python
