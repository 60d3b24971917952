// LogOptions of the keyword arguments of reel.Log and EventSourcing.file.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>

#include "reel/options.hpp"

namespace reel::python {

// overflow='block' is waited out by who calls, without the GIL: the log itself answers at once.
struct PatientOptions {
  LogOptions log;
  std::uint32_t patience_ms = 0;
};

// Throws TypeError for a name that is none, InvalidArgumentError for a value.
PatientOptions log_options(const pybind11::dict& given);

}  // namespace reel::python
