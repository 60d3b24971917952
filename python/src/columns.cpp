// `_reel.ColumnScan`: a store's events as columns, in batches that are large enough for NumPy.
//
// A run of the engine's scan lives until the next one and has some fifty events. Runs are gathered
// without the GIL into arrays that a batch owns; Python sees those through the buffer protocol and
// copies nothing.
#include "reel/columns.hpp"

#include <pybind11/stl.h>

#include <map>
#include <memory>
#include <vector>

#include "errors.hpp"
#include "module.hpp"
#include "without_gil.hpp"

namespace reel::python {
namespace {

struct Batch {
  std::vector<std::uint8_t> types;
  std::vector<double> ts_ms;
  std::vector<std::uint32_t> token_bytes;
  // One entry a run: where it begins in the columns above, whose it is, its first seq.
  std::vector<std::uint64_t> run_starts, run_first_seqs;
  std::vector<std::uint32_t> run_streams;
};
using BatchPtr = std::shared_ptr<const Batch>;

// A column, which keeps its batch alive.
struct Column {
  BatchPtr batch;
  const void* data;
  std::size_t count;
  py::ssize_t item_bytes;
  std::string format;
};

template <class Item>
Column column(const BatchPtr& batch, std::vector<Item> Batch::*member) {
  const std::vector<Item>& items = batch.get()->*member;
  static const Item none{};
  return {batch, items.empty() ? &none : items.data(), items.size(), sizeof(Item),
          py::format_descriptor<Item>::format()};
}

py::buffer_info buffer_of(Column& column) {
  return py::buffer_info(const_cast<void*>(column.data), column.item_bytes, column.format, 1,
                         {static_cast<py::ssize_t>(column.count)}, {column.item_bytes}, true);
}

class Scan {
 public:
  Scan(const std::string& path, ColumnOptions options)
      : reader_(value_of(without_gil([&] { return Reader::open(path); }))),
        scan_(std::move(reader_.scan_columns(options).front())) {}

  // None at the end.
  py::object next(std::size_t events) {
    check_not_busy();
    busy_ = true;
    auto batch = std::make_shared<Batch>();
    without_gil([&] {
      while (batch->types.size() < events && scan_.next()) add(*batch, scan_.run());
    });
    busy_ = false;
    check(scan_.status());
    return batch->types.empty() ? py::object(py::none()) : py::cast(BatchPtr(std::move(batch)));
  }

  // (prefix, stream_id) of the streams met so far, by their number.
  py::object stream(std::uint32_t number) const {
    check_not_busy();
    const auto found = streams_.find(number);
    if (found == streams_.end()) throw py::index_error("no such stream was met by this scan");
    return py::make_tuple(text_of(found->second.first), text_of(found->second.second));
  }
  std::size_t damage() const {
    check_not_busy();
    return scan_.damage().size() + reader_.damage().size();
  }

 private:
  void check_not_busy() const {
    if (!busy_) return;
    raise({ErrorCode::busy, 0, "", 0,
           "another thread is in this scan; give each thread a scan of its own"});
  }
  void add(Batch& batch, const ColumnRun& run) {
    batch.run_starts.push_back(batch.types.size());
    batch.run_streams.push_back(run.stream);
    batch.run_first_seqs.push_back(run.first_seq);
    const auto* const types = reinterpret_cast<const std::uint8_t*>(run.types.data());
    batch.types.insert(batch.types.end(), types, types + run.types.size());
    batch.ts_ms.insert(batch.ts_ms.end(), run.ts_ms.begin(), run.ts_ms.end());
    batch.token_bytes.insert(batch.token_bytes.end(), run.token_bytes.begin(),
                             run.token_bytes.end());
    const auto [at, is_new] = streams_.try_emplace(run.stream);
    if (is_new) at->second = {std::string(run.name_space), std::string(run.stream_id)};
  }

  Reader reader_;
  ColumnScan scan_;
  std::map<std::uint32_t, std::pair<std::string, std::string>> streams_;
  bool busy_ = false;  // the GIL guards it
};

std::unique_ptr<Scan> scan(const std::string& path, bool stamps, bool token_bytes,
                           std::optional<std::string> prefix) {
  ColumnOptions options;
  options.stamps = stamps;
  options.token_bytes = token_bytes;
  options.name_space = std::move(prefix);
  return std::make_unique<Scan>(path, std::move(options));
}

}  // namespace

void add_columns(py::module_& module) {
  py::class_<Column>(module, "Column", py::buffer_protocol(),
                     "Numbers of a batch, read-only: memoryview(column), numpy.asarray(column).")
      .def_buffer(&buffer_of)
      .def("__len__", [](const Column& column) { return column.count; });
  py::class_<Batch, std::shared_ptr<Batch>> batch(module, "ColumnBatch");
  const auto add = [&]<class Item>(const char* name, std::vector<Item> Batch::*member,
                                   const char* doc) {
    batch.def_property_readonly(
        name, [member](const std::shared_ptr<Batch>& of) { return column(BatchPtr(of), member); },
        doc);
  };
  add("types", &Batch::types, "uint8, one an event: reel.columns.TYPES names them.");
  add("ts_ms", &Batch::ts_ms, "float64, Unix milliseconds; empty unless asked for.");
  add("token_bytes", &Batch::token_bytes, "uint32, of a TOKEN's text; of others 0; or empty.");
  add("run_starts", &Batch::run_starts, "uint64, one a run: where it begins.");
  add("run_streams", &Batch::run_streams, "uint32, one a run: whose it is.");
  add("run_first_seqs", &Batch::run_first_seqs, "uint64, one a run: the seq of its first event.");
  batch.def("__len__", [](const Batch& of) { return of.types.size(); });
  py::class_<Scan>(module, "ColumnScan")
      .def("next", &Scan::next)
      .def("stream", &Scan::stream)
      .def("damage", &Scan::damage);
  module.def("scan_columns", &scan);
}

}  // namespace reel::python
