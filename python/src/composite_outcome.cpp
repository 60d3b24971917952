#include "composite_outcome.hpp"

#include <pybind11/stl.h>

#include "errors.hpp"

namespace reel::python {

py::tuple outcome_of(const CompositeReport& report) {
  py::list errors;
  for (const Error& error : report.errors) {
    set_error(error);
    py::error_already_set made;
    errors.append(made.value());
  }
  return py::make_tuple(report.succeeded_indices, report.failed_indices, errors);
}

void set_error(const CompositeReport& report) {
  try {
    py::module_::import("reel.composite").attr("raise_for")(outcome_of(report), "writing to");
  } catch (py::error_already_set& raised) {
    raised.restore();
  }
}

}  // namespace reel::python
