// `_reel.Log`: what reel/log.py is made of.
#include <pybind11/stl.h>

#include <memory>
#include <set>

#include "log_handle.hpp"
#include "module.hpp"
#include "recorder.hpp"
#include "reel/metrics.hpp"
#include "without_gil.hpp"

namespace reel::python {
namespace {

using LogPtr = std::shared_ptr<LogHandle>;

std::set<LogHandle*>& handles() {
  static auto* const all = new std::set<LogHandle*>;
  return *all;
}

LogPtr open(const std::string& path, const py::dict& options) {
  const PatientOptions patient = log_options(options);
  auto log = value_of(without_gil([&] { return Log::open(path, patient.log); }));
  return std::make_shared<LogHandle>(std::move(log), patient.patience_ms);
}

py::object recorder(const LogPtr& handle, const std::string& id, const std::string& prefix,
                    const py::object& type) {
  Log& log = handle->opened();
  auto made = value_of(without_gil([&] { return log.recorder(id, prefix); }));
  return new_recorder(handle, std::move(made), type);
}

py::dict stats(LogHandle& handle) {
  Log& log = handle.opened();
  const LogStats stats = without_gil([&] { return log.stats(); });
  py::dict found;
  found["events_written"] = stats.events_written;
  found["gaps"] = stats.gaps;
  found["gap_events"] = stats.gap_events;
  found["blocks"] = stats.blocks;
  found["segments_sealed"] = stats.segments_sealed;
  found["syncs"] = stats.syncs;
  found["raw_bytes"] = stats.raw_bytes;
  found["compressed_bytes"] = stats.compressed_bytes;
  found["drops"] = stats.drops;
  found["refusals"] = stats.refusals;
  found["chunks_total"] = stats.chunks_total;
  found["chunks_free"] = stats.chunks_free;
  found["open_streams"] = stats.open_streams;
  found["errors"] = stats.errors;
  return found;
}

py::dict recovery(LogHandle& handle) {
  const RecoveryReport& report = handle.opened().recovery();
  py::dict found;
  found["clean"] = report.clean;
  found["recovered_events"] = report.recovered_events;
  found["recovered_streams"] = report.recovered_streams;
  found["torn_bytes"] = report.torn_bytes;
  found["arena_missing"] = report.arena_missing;
  found["quarantined"] = text_of(report.quarantined);
  found["notes"] = report.notes;
  return found;
}

py::str prometheus(LogHandle& handle, const std::string& labels) {
  Log& log = handle.opened();
  return text_of(without_gil([&] { return prometheus_text(log.metrics(), labels); }));
}

void close(LogHandle& handle, std::uint32_t deadline_ms) {
  const CloseReport report = handle.close(deadline_ms);
  check(report.status);
}

}  // namespace

LogHandle::LogHandle(Log log, std::uint32_t patience_ms)
    : log_(std::move(log)), patience_ms_(patience_ms) {
  handles().insert(this);
}

Log& LogHandle::opened() {
  if (closed_) raise({ErrorCode::closed, 0, "", 0, "the log was closed; open it again"});
  return log_;
}

CloseReport LogHandle::close(std::uint32_t deadline_ms) {
  handles().erase(this);
  if (closed_) return {};
  closed_ = true;
  return without_gil([&] { return log_.close(deadline_ms); });
}

void close_all_logs() {
  while (!handles().empty()) (*handles().begin())->close();
}

void add_log(py::module_& module) {
  py::class_<LogHandle, LogPtr>(module, "Log")
      .def_static("open", &open)
      .def("recorder", &recorder)
      .def("delete_stream",
           [](LogHandle& handle, const std::string& id, const std::string& prefix) {
             Log& log = handle.opened();
             return value_of(without_gil([&] { return log.delete_stream(id, prefix); }));
           })
      .def("flush",
           [](LogHandle& handle, std::uint32_t deadline_ms) {
             Log& log = handle.opened();
             check(without_gil([&] { return log.flush(deadline_ms); }));
           })
      .def("sync",
           [](LogHandle& handle, std::uint32_t deadline_ms) {
             Log& log = handle.opened();
             check(without_gil([&] { return log.sync(deadline_ms); }));
           })
      .def("watermarks",
           [](LogHandle& handle) {
             const Watermarks marks = handle.opened().watermarks();
             return py::make_tuple(marks.recorded, marks.written, marks.durable);
           })
      .def("stats", &stats)
      .def("recovery", &recovery)
      .def("prometheus", &prometheus)
      .def("close", &close)
      .def_property_readonly("closed", &LogHandle::closed);
}

}  // namespace reel::python
