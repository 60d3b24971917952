// Functions as Python's C API has them, which must let no C++ exception out.
#pragma once

#include <pybind11/pybind11.h>

#include <exception>
#include <new>

namespace reel::python {

// The exception under way as Python's. Only in a catch block.
inline void set_caught() noexcept {
  try {
    throw;
  } catch (pybind11::error_already_set& error) {
    error.restore();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
}

template <auto Function>
struct Guarded;
template <class... Args, PyObject* (*Function)(Args...)>
struct Guarded<Function> {
  static PyObject* call(Args... args) noexcept {
    try {
      return Function(args...);
    } catch (...) {
      set_caught();
      return nullptr;
    }
  }
};

// Of whatever signature, for a PyMethodDef; its flags say which.
template <auto Function>
PyCFunction method() noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&Guarded<Function>::call));
}
template <auto Function>
getter attribute() noexcept {
  return &Guarded<Function>::call;
}

}  // namespace reel::python
