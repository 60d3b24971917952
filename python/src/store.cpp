// `_reel.Store` and `_reel.Cursor`: what reel/stores.py and reel/replayer.py are made of.
#include <pybind11/stl.h>

#include "composite_outcome.hpp"
#include "events.hpp"
#include "log_options.hpp"
#include "module.hpp"
#include "reel/json.hpp"
#include "store_handle.hpp"

namespace reel::python {
namespace {

using HandlePtr = std::shared_ptr<StoreHandle>;

// While a list of new objects is made: nothing of it can be garbage, but the collector would look
// again and again.
class NoCollection {
 public:
#if PY_VERSION_HEX >= 0x030A0000
  NoCollection() : was_on_(PyGC_Disable() != 0) {}
  ~NoCollection() {
    if (was_on_) PyGC_Enable();
  }
#else
  NoCollection() : was_on_(false) {}
#endif
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;

 private:
  [[maybe_unused]] const bool was_on_;
};

class CursorHandle {
 public:
  CursorHandle(std::unique_ptr<EventCursor> cursor, py::str stream_id)
      : cursor_(std::move(cursor)), stream_id_(std::move(stream_id)) {}

  // The next envelopes, `count` at most; none at the end.
  py::list next(std::size_t count) {
    const NoCollection no_collection;
    py::list found;
    while (found.size() < count && cursor_->next()) {
      found.append(envelope_of(cursor_->view(), stream_id_));
    }
    check(cursor_->status());
    return found;
  }

 private:
  std::unique_ptr<EventCursor> cursor_;
  py::str stream_id_;
};

std::unique_ptr<CursorHandle> read(StoreHandle& handle, const std::string& id, std::uint64_t first,
                                   std::uint64_t last) {
  const StorePtr store = handle.opened();
  auto cursor = value_of(without_gil([&] { return store->read(id, {first, last}); }));
  return std::make_unique<CursorHandle>(std::move(cursor), text_of(id));
}

py::list all_of(CursorHandle& cursor) { return cursor.next(SIZE_MAX); }

py::object last_event(StoreHandle& handle, const std::string& id) {
  const StorePtr store = handle.opened();
  const auto last = value_of(without_gil([&] { return store->get_last_event(id); }));
  if (!last) return py::none();
  std::unique_ptr<CursorHandle> cursor = read(handle, id, last->seq, last->seq);
  const py::list found = cursor->next(1);
  return found.empty() ? py::object(py::none()) : py::object(found[0]);
}

void append(StoreHandle& handle, const std::string& id, std::string_view event_json,
            std::optional<std::uint64_t> expected_seq) {
  const StorePtr store = handle.opened();
  const Event event = value_of(event_of(event_json));
  check(patiently(handle.patience_ms(),
                  [&] { return store->append(id, event, expected_seq).status(); }));
}

CompositeStore& composite_of(const StorePtr& store) {
  return dynamic_cast<CompositeStore&>(*store);
}

py::tuple append_to_all(StoreHandle& handle, const std::string& id, std::string_view event_json,
                        std::optional<std::uint64_t> expected_seq) {
  const StorePtr store = handle.opened();
  const Event event = value_of(event_of(event_json));
  return outcome_of(
      without_gil([&] { return composite_of(store).append_to_all(id, event, expected_seq); }));
}

py::tuple delete_from_all(StoreHandle& handle, const std::string& id) {
  const StorePtr store = handle.opened();
  bool existed = false;
  const CompositeReport report =
      without_gil([&] { return composite_of(store).delete_from_all(id, existed); });
  return py::make_tuple(existed, outcome_of(report));
}

py::tuple repair(StoreHandle& handle, std::optional<std::string> id) {
  const StorePtr store = handle.opened();
  const RepairReport report = without_gil(
      [&] { return id ? composite_of(store).repair(*id) : composite_of(store).repair(); });
  std::vector<std::string> errors;
  for (const Error& error : report.errors) errors.push_back(error.to_string());
  return py::make_tuple(report.events_resent, report.repaired_indices, report.failed_indices,
                        errors);
}

py::object metadata(StoreHandle& handle, const std::string& id) {
  const StorePtr store = handle.opened();
  const auto found = value_of(without_gil([&] { return store->metadata(id); }));
  if (!found) return py::none();
  py::object options = py::none(), durable_seq = py::none();
  if (found->options) options = text_of(*found->options);
  if (found->durable_seq) durable_seq = py::int_(*found->durable_seq);
  return py::make_tuple(found->event_count, found->token_count, found->start_ts, found->end_ts,
                        found->completed, found->has_error, options,
                        stream_status_name(found->status), found->gaps, durable_seq);
}

py::tuple fold(StoreHandle& handle, const std::string& id, std::uint64_t first,
               std::uint64_t last) {
  const StorePtr store = handle.opened();
  return tuple_of(value_of(without_gil([&] { return store->fold(id, {first, last}); })));
}

EventStoreWithSnapshots& keeper_of(const StorePtr& store) {
  EventStoreWithSnapshots* const keeper = store->snapshots();
  if (keeper == nullptr) {
    raise({ErrorCode::invalid_argument, 0, "", 0,
           "this store keeps no snapshots; those in memory and in a folder do"});
  }
  return *keeper;
}

void save_snapshot(StoreHandle& handle, std::string_view snapshot_json) {
  const StorePtr store = handle.opened();
  const Snapshot snapshot = value_of(json::parse_snapshot(snapshot_json));
  EventStoreWithSnapshots& keeper = keeper_of(store);
  check(without_gil([&] { return keeper.save_snapshot(snapshot); }));
}

py::object snapshot(StoreHandle& handle, const std::string& id, std::optional<std::uint64_t> seq) {
  const StorePtr store = handle.opened();
  EventStoreWithSnapshots& keeper = keeper_of(store);
  const auto found = value_of(without_gil(
      [&] { return seq ? keeper.get_snapshot_before(id, *seq) : keeper.get_snapshot(id); }));
  if (!found) return py::none();
  std::string text;
  json::append_snapshot(text, *found);
  return text_of(text);
}

HandlePtr memory(std::string prefix, std::int64_t ttl_ms) {
  return std::make_shared<StoreHandle>(
      memory_store({.prefix = std::move(prefix), .ttl_ms = ttl_ms, .now = {}}));
}

HandlePtr file(std::string path, std::string prefix, std::int64_t ttl_ms, const py::dict& options) {
  const PatientOptions patient = log_options(options);
  FileStoreOptions wanted;
  wanted.base_path = std::move(path);
  wanted.prefix = std::move(prefix);
  wanted.ttl_ms = ttl_ms;
  wanted.log = patient.log;
  const std::shared_ptr<FileStore> made = file_store(std::move(wanted));
  return std::make_shared<StoreHandle>(made, made, patient.patience_ms);
}

HandlePtr read_only(const std::string& path, const std::string& prefix) {
  return std::make_shared<StoreHandle>(
      value_of(without_gil([&] { return read_only_store(path, prefix); })));
}

HandlePtr composite(const std::vector<HandlePtr>& handles, std::size_t primary_index) {
  std::vector<StorePtr> stores;
  for (const HandlePtr& handle : handles) stores.push_back(handle->opened());
  return std::make_shared<StoreHandle>(value_of(composite_store(std::move(stores), primary_index)));
}

HandlePtr ttl(const HandlePtr& handle, std::int64_t ttl_ms) {
  return std::make_shared<StoreHandle>(value_of(with_ttl(handle->opened(), ttl_ms)), nullptr,
                                       handle->patience_ms());
}

MemoryStore& memory_of(const StorePtr& store) { return dynamic_cast<MemoryStore&>(*store); }

}  // namespace

void add_store(py::module_& module) {
  py::class_<CursorHandle>(module, "Cursor").def("next", &CursorHandle::next);
  py::class_<StoreHandle, HandlePtr>(module, "Store")
      .def_static("memory", &memory)
      .def_static("file", &file)
      .def_static("read_only", &read_only)
      .def_static("composite", &composite)
      .def_static("ttl", &ttl)
      .def("append", &append)
      .def("append_to_all", &append_to_all)
      .def("delete_from_all", &delete_from_all)
      .def("repair", &repair)
      .def("read", &read)
      .def("get_events",
           [](StoreHandle& handle, const std::string& id) {
             return all_of(*read(handle, id, 0, UINT64_MAX));
           })
      .def("get_events_after",
           [](StoreHandle& handle, const std::string& id, std::uint64_t after) {
             if (after == UINT64_MAX) return py::list();
             return all_of(*read(handle, id, after + 1, UINT64_MAX));
           })
      .def("get_last_event", &last_event)
      .def("exists",
           [](StoreHandle& handle, const std::string& id) {
             const StorePtr store = handle.opened();
             return value_of(without_gil([&] { return store->exists(id); }));
           })
      .def("delete",
           [](StoreHandle& handle, const std::string& id) {
             const StorePtr store = handle.opened();
             return value_of(without_gil([&] { return store->delete_stream(id); }));
           })
      .def("list_streams",
           [](StoreHandle& handle, const std::string& prefix) {
             const StorePtr store = handle.opened();
             const auto found = value_of(without_gil([&] { return store->list_streams(prefix); }));
             py::list ids;
             for (const std::string& id : found) ids.append(text_of(id));
             return ids;
           })
      .def("metadata", &metadata)
      .def("fold", &fold)
      .def("save_snapshot", &save_snapshot)
      .def("snapshot", &snapshot)
      .def("flush",
           [](StoreHandle& handle, std::uint32_t deadline_ms) {
             const auto store = handle.opened_file();
             if (store) check(without_gil([&] { return store->flush(deadline_ms); }));
           })
      .def("sync",
           [](StoreHandle& handle, std::uint32_t deadline_ms) {
             const auto store = handle.opened_file();
             if (store) check(without_gil([&] { return store->sync(deadline_ms); }));
           })
      .def("close", &StoreHandle::close)
      .def("clear", [](StoreHandle& handle) { memory_of(handle.opened()).clear(); })
      .def("stream_count",
           [](StoreHandle& handle) { return memory_of(handle.opened()).get_stream_count(); })
      .def("event_count",
           [](StoreHandle& handle) { return memory_of(handle.opened()).get_total_event_count(); });
}

}  // namespace reel::python
