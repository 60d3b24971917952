// StoreHandle: one of reel's stores as Python holds it. Closed, and with it its log, when Python
// drops it or the interpreter ends.
//
// The GIL guards its members. What is done with the store outside the GIL is done with a pointer of
// one's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "errors.hpp"
#include "reel/stores.hpp"
#include "without_gil.hpp"

namespace reel::python {

using StorePtr = std::shared_ptr<EventStore>;

Error closed_store();

class StoreHandle {
 public:
  // `file`: the store itself where it is one in a folder. `patience_ms`: how long an append waits
  // for room; the store itself must not wait, which it would with the GIL held.
  explicit StoreHandle(StorePtr store, std::shared_ptr<FileStore> file = {},
                       std::uint32_t patience_ms = 0);
  explicit StoreHandle(std::shared_ptr<CompositeStore> composite);
  ~StoreHandle() { close(); }
  StoreHandle(const StoreHandle&) = delete;
  StoreHandle& operator=(const StoreHandle&) = delete;

  // Null once closed.
  const StorePtr& store() const noexcept { return store_; }
  FileStore* file() const noexcept { return file_.get(); }
  const std::shared_ptr<CompositeStore>& composite() const noexcept { return composite_; }
  std::uint32_t patience_ms() const noexcept { return patience_ms_; }
  StorePtr opened() const;  // throws ClosedError
  std::shared_ptr<FileStore> opened_file() const;
  void close();

 private:
  StorePtr store_;
  std::shared_ptr<FileStore> file_;
  std::shared_ptr<CompositeStore> composite_;  // store_ itself, where it is one
  const std::uint32_t patience_ms_;
};

// Closes every handle there is: the interpreter ends.
void close_all_stores();

// Tries until there is room, `patience_ms` at most; `once` is called with the GIL held.
template <class Once>
Status patiently(std::uint32_t patience_ms, Once once) {
  Status status = once();
  if (status.ok() || status.error().code != ErrorCode::full || patience_ms == 0) return status;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (!status.ok() && status.error().code == ErrorCode::full &&
         std::chrono::steady_clock::now() < deadline) {
    without_gil([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
    status = once();
  }
  return status;
}

}  // namespace reel::python
