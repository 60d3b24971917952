// The parts that `_reel` is made of; each adds its names to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace reel::python {

void add_store(pybind11::module_& module);
void add_event_recorder(pybind11::module_& module);
void add_log(pybind11::module_& module);
void add_recorder(pybind11::module_& module);
void add_columns(pybind11::module_& module);
void add_capture(pybind11::module_& module);

}  // namespace reel::python
