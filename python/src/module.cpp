// `reel._reel`: the engine, for the package `reel`. Nothing in here is for users.
#include "module.hpp"

#include "call.hpp"
#include "errors.hpp"
#include "events.hpp"
#include "log_handle.hpp"
#include "reel/event.hpp"
#include "store_handle.hpp"
#include "without_gil.hpp"

PYBIND11_MODULE(_reel, module) {
  using namespace reel::python;
  module.attr("version") = REEL_VERSION;
  module.doc() = "The engine of the package reel; use the package.";
  add_call(module);
  add_store(module);
  add_event_recorder(module);
  add_log(module);
  add_recorder(module);
  add_columns(module);
  add_capture(module);
  module.def("set_event_types", &set_event_types);
  module.def("generate_id", [] { return text_of(reel::generate_id()); });
  module.def("close_all", [] {
    end_interpreter();
    close_all_stores();
    close_all_logs();
  });
  module.def("in_main_interpreter",
             [] { return PyInterpreterState_Get() == PyInterpreterState_Main(); });
  module.def("before_fork", &before_fork);
  module.def("after_fork_in_parent", &after_fork_in_parent);
  module.def("after_fork_in_child", &after_fork_in_child);
}
