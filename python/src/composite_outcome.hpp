// What became of a write to a composite, for Python.
#pragma once

#include <pybind11/pybind11.h>

#include "reel/stores.hpp"

namespace reel::python {

// (indices of stores that did it, of those that did not, the latter's exceptions).
pybind11::tuple outcome_of(const CompositeReport& report);

// Sets the CompositeStoreError of a report that is not ok.
void set_error(const CompositeReport& report);

}  // namespace reel::python
