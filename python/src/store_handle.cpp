#include "store_handle.hpp"

#include <set>

namespace reel::python {
namespace {

std::set<StoreHandle*>& handles() {
  static auto* const all = new std::set<StoreHandle*>;
  return *all;
}

}  // namespace

Error closed_store() {
  return {ErrorCode::closed, 0, "", 0, "the store was closed; make another one"};
}

StoreHandle::StoreHandle(StorePtr store, std::shared_ptr<FileStore> file, std::uint32_t patience_ms)
    : store_(std::move(store)), file_(std::move(file)), patience_ms_(patience_ms) {
  handles().insert(this);
}

StoreHandle::StoreHandle(std::shared_ptr<CompositeStore> composite)
    : StoreHandle(StorePtr(composite)) {
  composite_ = std::move(composite);
}

StorePtr StoreHandle::opened() const {
  if (store_ == nullptr) raise(closed_store());
  return store_;
}

std::shared_ptr<FileStore> StoreHandle::opened_file() const {
  opened();
  return file_;
}

// The last pointer to a file store closes its log, which writes what is left.
void StoreHandle::close() {
  handles().erase(this);
  if (store_ == nullptr) return;
  auto store = std::exchange(store_, nullptr);
  auto file = std::exchange(file_, nullptr);
  auto composite = std::exchange(composite_, nullptr);
  without_gil([&] {
    composite.reset();
    file.reset();
    store.reset();
  });
}

void close_all_stores() {
  while (!handles().empty()) (*handles().begin())->close();
}

}  // namespace reel::python
