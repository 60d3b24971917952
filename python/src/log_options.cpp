#include "log_options.hpp"

#include <functional>
#include <limits>
#include <string>
#include <unordered_map>

#include "errors.hpp"

namespace reel::python {
namespace {

using Names = std::initializer_list<std::pair<const char*, int>>;

// One of `names`, by its number.
int choice(const std::string& option, const py::handle& value, Names names) {
  std::string known;
  for (const auto& [name, number] : names) {
    if (py::isinstance<py::str>(value) && value.cast<std::string>() == name) return number;
    known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
  }
  raise({ErrorCode::invalid_argument, 0, "", 0, option + " must be one of " + known});
}

template <class Number>
Number number(const std::string& option, const py::handle& value) {
  constexpr auto kMax = static_cast<unsigned long long>(std::numeric_limits<Number>::max());
  const unsigned long long given =
      PyLong_Check(value.ptr()) ? PyLong_AsUnsignedLongLong(value.ptr()) : kMax + 1;
  if (PyErr_Occurred() != nullptr || !PyLong_Check(value.ptr()) || given > kMax) {
    PyErr_Clear();
    raise({ErrorCode::invalid_argument, 0, "", 0,
           option + " must be an int from 0 to " + std::to_string(kMax)});
  }
  return static_cast<Number>(given);
}

using Set = void (*)(PatientOptions&, const std::string&, const py::handle&);

template <auto Member>
void set_number(PatientOptions& options, const std::string& name, const py::handle& value) {
  using Number = std::remove_reference_t<decltype(options.log.*Member)>;
  options.log.*Member = number<Number>(name, value);
}

template <auto Member>
void set_switch(PatientOptions& options, const std::string&, const py::handle& value) {
  options.log.*Member = value.cast<bool>();
}

void set_overflow(PatientOptions& options, const std::string& name, const py::handle& value) {
  options.log.overflow =
      static_cast<Overflow>(choice(name, value,
                                   {{"block", static_cast<int>(Overflow::block)},
                                    {"fail", static_cast<int>(Overflow::fail)},
                                    {"drop", static_cast<int>(Overflow::drop)}}));
}
void set_arena(PatientOptions& options, const std::string& name, const py::handle& value) {
  options.log.arena =
      static_cast<ArenaPlace>(choice(name, value,
                                     {{"automatic", static_cast<int>(ArenaPlace::automatic)},
                                      {"shm", static_cast<int>(ArenaPlace::shm)},
                                      {"store", static_cast<int>(ArenaPlace::store)}}));
}
void set_clock(PatientOptions& options, const std::string& name, const py::handle& value) {
  options.log.clock =
      static_cast<ClockKind>(choice(name, value,
                                    {{"tsc", static_cast<int>(ClockKind::tsc)},
                                     {"system", static_cast<int>(ClockKind::system)},
                                     {"ticker", static_cast<int>(ClockKind::ticker)}}));
}
void set_level(PatientOptions& options, const std::string& name, const py::handle& value) {
  options.log.zstd_level = static_cast<int>(number<std::uint8_t>(name, value));
}

const std::unordered_map<std::string, Set>& setters() {
  static const auto* const all = new std::unordered_map<std::string, Set>{
      {"overflow", set_overflow},
      {"arena", set_arena},
      {"clock", set_clock},
      {"zstd_level", set_level},
      {"create", set_switch<&LogOptions::create>},
      {"block_deadline_ms", set_number<&LogOptions::block_deadline_ms>},
      {"sync_interval_ms", set_number<&LogOptions::sync_interval_ms>},
      {"arena_bytes", set_number<&LogOptions::arena_bytes>},
      {"event_bytes_max", set_number<&LogOptions::event_bytes_max>},
      {"open_streams_max", set_number<&LogOptions::open_streams_max>},
      {"segment_bytes_max", set_number<&LogOptions::segment_bytes_max>},
      {"batch_bytes", set_number<&LogOptions::batch_bytes>},
      {"block_bytes", set_number<&LogOptions::block_bytes>},
      {"compression_threads", set_number<&LogOptions::compression_threads>},
      {"snapshot_events", set_number<&LogOptions::snapshot_events>},
  };
  return *all;
}

}  // namespace

PatientOptions log_options(const py::dict& given) {
  PatientOptions options;
  for (const auto& [key, value] : given) {
    const auto name = key.cast<std::string>();
    const auto found = setters().find(name);
    if (found == setters().end()) {
      PyErr_Format(PyExc_TypeError, "%s is no option of a log; docs/PYTHON.md lists them",
                   name.c_str());
      throw py::error_already_set();
    }
    found->second(options, name, value);
  }
  if (options.log.overflow == Overflow::block) {
    options.log.overflow = Overflow::fail;
    options.patience_ms = options.log.block_deadline_ms;
  }
  return options;
}

}  // namespace reel::python
