// `_reel.RecorderBase`: a Recorder of a Log, without coroutines, for hot loops.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "log_handle.hpp"
#include "reel/recorder.hpp"

namespace reel::python {

// `type`: the class to make, derived from RecorderBase.
pybind11::object new_recorder(std::shared_ptr<LogHandle> log, Recorder recorder,
                              const pybind11::object& type);

}  // namespace reel::python
