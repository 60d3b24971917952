// The stores that come with reel pass the suite that every store passes.
#include <limits>

#include "reel/store_conformance.hpp"
#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/file_stores.hpp"

namespace reel {
namespace {

void conforms(const conformance::MakeStore& make) {
  for (const auto& check : conformance::checks()) {
    INFO(check.name);
    CHECK(check.run(make) == "");
  }
}

TEST_CASE("memory_store conforms", "[conformance]") {
  conforms([] { return memory_store(); });
}

TEST_CASE("memory_store with a long TTL conforms", "[conformance]") {
  conforms([] { return memory_store({.ttl_ms = std::numeric_limits<std::int64_t>::max()}); });
}

// Empty stores in folders that live as long as this.
class FileStores {
 public:
  std::shared_ptr<FileStore> make(std::int64_t ttl_ms = 0) {
    FileStoreOptions options;
    options.base_path = dir_.file(std::to_string(made_++));
    options.ttl_ms = ttl_ms;
    options.log = test::small_log();
    return file_store(std::move(options));
  }

 private:
  const test::TempDir dir_;
  int made_ = 0;
};

TEST_CASE("file_store conforms", "[conformance][file]") {
  FileStores stores;
  conforms([&] { return stores.make(); });
}

TEST_CASE("file_store with a long TTL conforms", "[conformance][file]") {
  FileStores stores;
  conforms([&] { return stores.make(std::numeric_limits<std::int64_t>::max()); });
}

TEST_CASE("a composite of memory and file conforms", "[conformance][file]") {
  FileStores stores;
  conforms([&] { return composite_store({memory_store(), stores.make()}, 1).value(); });
}

TEST_CASE("with_ttl of a memory_store conforms", "[conformance]") {
  conforms(
      [] { return with_ttl(memory_store(), std::numeric_limits<std::int64_t>::max()).value(); });
}

TEST_CASE("a composite of two memory_stores conforms", "[conformance]") {
  conforms([] { return composite_store({memory_store(), memory_store()}, 1).value(); });
}

}  // namespace
}  // namespace reel
