// `_reel.Capture`: what model servers send as events, for reel/teeing.py.
#include <pybind11/stl.h>

#include <chrono>

#include "errors.hpp"
#include "module.hpp"
#include "reel/json.hpp"
#include "reel/provider.hpp"

namespace reel::python {
namespace {

double now_ms() {
  using Ms = std::chrono::duration<double, std::milli>;
  return Ms(std::chrono::system_clock::now().time_since_epoch()).count();
}

// The GIL is held throughout: chunks are small.
class Capture {
 public:
  explicit Capture(bool live)
      : capture_([this](std::uint32_t choice, const Event& event) { return take(choice, event); },
                 {live ? std::function<double()>(now_ms) : nullptr}) {}

  // [(choice, event as JSON text)]
  py::list feed(std::string_view bytes) {
    check(capture_.feed(bytes));
    return taken();
  }
  py::list finish() {
    check(capture_.finish());
    return taken();
  }
  std::string dialect() const { return std::string(capture_.dialect()); }
  std::vector<std::string> warnings() const { return capture_.warnings(); }

 private:
  Status take(std::uint32_t choice, const Event& event) {
    std::string text;
    json::append_event(text, event);
    events_.emplace_back(choice, std::move(text));
    return {};
  }
  py::list taken() {
    py::list found;
    for (const auto& [choice, text] : events_) found.append(py::make_tuple(choice, text_of(text)));
    events_.clear();
    return found;
  }

  std::vector<std::pair<std::uint32_t, std::string>> events_;
  provider::Capture capture_;
};

}  // namespace

void add_capture(py::module_& module) {
  py::class_<Capture>(module, "Capture")
      .def(py::init<bool>())
      .def("feed", &Capture::feed)
      .def("finish", &Capture::finish)
      .def_property_readonly("dialect", &Capture::dialect)
      .def_property_readonly("warnings", &Capture::warnings);
}

}  // namespace reel::python
