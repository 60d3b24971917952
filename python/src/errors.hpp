// The engine's errors as Python exceptions (reel/errors.py), and text that comes from Python.
#pragma once

#include <pybind11/pybind11.h>

#include <string_view>
#include <utility>

#include "reel/recorder.hpp"
#include "reel/status.hpp"

namespace reel::python {

namespace py = pybind11;

// The GIL is held. Sets the exception, for functions that answer null.
void set_error(const Error& error);
// Throws it, for those that pybind11 calls.
[[noreturn]] void raise(const Error& error);

inline void check(const Status& status) {
  if (!status) raise(status.error());
}
template <class T>
T value_of(Result<T> result) {
  if (!result) raise(result.error());
  return *std::move(result);
}

// Why a Recorder of a Log did not take an event, in words. Not for Append::ok and held.
Error why_not(Append answer);

// The UTF-8 of a str, which lives as long as it; false with the exception set when it is none, or
// holds what UTF-8 cannot. `what` begins the message: "record_token: value".
bool utf8_of(PyObject* text, const char* what, std::string_view& utf8);

// A str, of bytes that need not be UTF-8.
py::str text_of(std::string_view utf8);

}  // namespace reel::python
