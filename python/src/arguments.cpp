#include "arguments.hpp"

#include <string>

#include "errors.hpp"

namespace reel::python {
namespace {

bool set_index(TextAndIndex& found, PyObject* value, const char* function) {
  if (value == Py_None) return true;
  int overflow = 0;
  found.index = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) {
    set_error({ErrorCode::invalid_argument, 0, "", 0,
               std::string(function) + ": index must fit into 64 bits"});
    return false;
  }
  if (found.index == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    PyErr_Format(PyExc_TypeError, "%s: index must be an int, not %.100s", function,
                 Py_TYPE(value)->tp_name);
    return false;
  }
  found.has_index = true;
  return true;
}

}  // namespace

bool parse(TextAndIndex& found, PyObject* const* args, Py_ssize_t count, PyObject* names,
           const char* function, const char* text_name) {
  if (count > 2) {
    PyErr_Format(PyExc_TypeError, "%s(%s, index): %zd arguments were given by position", function,
                 text_name, count);
    return false;
  }
  if (count > 0) found.text = args[0];
  if (count > 1 && !set_index(found, args[1], function)) return false;
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(names, i);
    PyObject* const value = args[count + i];
    const bool is_text = PyUnicode_CompareWithASCIIString(name, text_name) == 0;
    const bool is_index = PyUnicode_CompareWithASCIIString(name, "index") == 0;
    if ((is_text && count > 0) || (is_index && count > 1)) {
      PyErr_Format(PyExc_TypeError, "%s got %R twice", function, name);
      return false;
    }
    if (is_text) found.text = value;
    if (is_index && !set_index(found, value, function)) return false;
    if (!is_text && !is_index) found.others = true;
  }
  if (found.text == nullptr) {
    PyErr_Format(PyExc_TypeError, "%s needs %s", function, text_name);
    return false;
  }
  return true;
}

PyObject* texts_of(PyObject* values, const char* function) {
  const bool iterable = Py_TYPE(values)->tp_iter != nullptr || PySequence_Check(values) != 0;
  if (iterable && !PyUnicode_Check(values)) return PySequence_Tuple(values);
  PyErr_Format(PyExc_TypeError, "%s: values must be a list of str, not %.100s", function,
               Py_TYPE(values)->tp_name);
  return nullptr;
}

}  // namespace reel::python
