#include "errors.hpp"

#include <string>

namespace reel::python {
namespace {

Error refused(ErrorCode code, const char* why) { return {code, 0, "", 0, why}; }

void set_exception(const char* code, const Error& error) {
  try {
    const py::object make = py::module_::import("reel.errors").attr("make_error");
    const py::object made =
        make(code, text_of(error.to_string()), text_of(error.file), error.offset, error.sys_errno);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
  } catch (py::error_already_set& other) {
    other.restore();
  }
}

}  // namespace

// ErrorCode has no word of its own for what is only a Recorder's answer: `sys_errno` of such an
// Error is kForked, which is no errno.
constexpr int kForked = -1;

void set_error(const Error& error) {
  if (error.sys_errno != kForked) return set_exception(error_code_name(error.code), error);
  Error plain = error;
  plain.sys_errno = 0;
  set_exception("forked", plain);
}

void raise(const Error& error) {
  set_error(error);
  throw py::error_already_set();
}

Error why_not(Append answer) {
  switch (answer) {
    case Append::dropped:
      return refused(ErrorCode::full,
                     "the arena has no room and overflow='drop' was asked for: the event is "
                     "declared as a gap");
    case Append::full:
      return refused(ErrorCode::full,
                     "the arena has no room, the disk does not keep up or is full; the event was "
                     "not stored, record it again later");
    case Append::too_large:
      return refused(ErrorCode::too_large,
                     "the event is larger than event_bytes_max; open the log with a larger one");
    case Append::busy:
      return refused(ErrorCode::busy, "another recorder holds the stream; close it first");
    case Append::forked: {
      Error error = refused(ErrorCode::closed,
                            "the recorder belongs to the process that this one was forked from; "
                            "make another one here with log.recorder()");
      error.sys_errno = kForked;
      return error;
    }
    case Append::invalid:
      return refused(ErrorCode::invalid_argument,
                     "the event cannot be stored: its ts must be a finite number, and its JSON "
                     "valid");
    default:
      return refused(ErrorCode::closed,
                     "the recorder or its log was closed; open the log again and make another "
                     "recorder");
  }
}

bool utf8_of(PyObject* text, const char* what, std::string_view& utf8) {
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "%s must be a str, not %.100s", what, Py_TYPE(text)->tp_name);
    return false;
  }
  Py_ssize_t bytes = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(text, &bytes);
  if (data != nullptr) {
    utf8 = {data, static_cast<std::size_t>(bytes)};
    return true;
  }
  if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
  PyErr_Clear();
  set_error({ErrorCode::invalid_argument, 0, "", 0,
             std::string(what) + " holds a lone surrogate, which UTF-8 cannot; decode bytes with " +
                 "errors='replace' before they are recorded"});
  return false;
}

py::str text_of(std::string_view utf8) {
  PyObject* const made =
      PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), "replace");
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

}  // namespace reel::python
