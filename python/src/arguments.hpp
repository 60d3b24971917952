// The arguments of calls that must be quick: (text, index=None), by position or by name.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>

namespace reel::python {

struct TextAndIndex {
  PyObject* text = nullptr;  // borrowed
  std::int64_t index = 0;
  bool has_index = false;
  bool others = false;  // further names were given: the general way knows them
};

// False with the exception set. `function` and `text_name` are for messages.
bool parse(TextAndIndex& found, PyObject* const* args, Py_ssize_t count, PyObject* names,
           const char* function, const char* text_name);

// A tuple of what `values` gives, which nobody else can change; null with the exception set. A str
// is refused: it would be taken for its letters.
PyObject* texts_of(PyObject* values, const char* function);

}  // namespace reel::python
