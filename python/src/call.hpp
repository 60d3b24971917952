// Call: a coroutine that is done with its first step. `await` costs no round trip through the loop;
// asyncio takes it for a task like any other, as collections.abc.Coroutine does.
//
// What it is to do happens when it is awaited, as with a coroutine that is written in Python: one
// that is thrown away does nothing, and warns.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>

namespace reel::python {

struct Call {
  PyObject ob_base;
  // Answers a new reference, or null with the exception set. Null once it was called.
  PyObject* (*run)(Call& call);
  const char* name;
  PyObject* owner;     // owned
  PyObject* argument;  // owned
  std::int64_t number;
  bool has_number;
};

// Takes references of its own. Null: no memory, the exception is set.
PyObject* new_call(PyObject* (*run)(Call&), const char* name, PyObject* owner, PyObject* argument);

// Makes the type and adds it to the module.
void add_call(pybind11::module_& module);

}  // namespace reel::python
