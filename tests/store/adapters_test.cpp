// Stores by name: who is registered, what is said about one who is not, what a factory may do.
#include "reel/adapters.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "reel/stores.hpp"
#include "support/catch.hpp"
#include "support/stores.hpp"
#include "support/temp_dir.hpp"

namespace reel {
namespace {

// Registered while it lives.
class Registered {
 public:
  explicit Registered(std::string type) : type_(std::move(type)) {}
  Registered(std::string type, StoreFactory factory) : Registered(std::move(type)) {
    REQUIRE(register_adapter(type_, std::move(factory)).ok());
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() { unregister_adapter(type_); }

 private:
  std::string type_;
};

StorageAdapterConfig of(std::string type) {
  StorageAdapterConfig config;
  config.type = std::move(type);
  return config;
}

Result<StorePtr> a_memory_store(const StorageAdapterConfig&) { return StorePtr(memory_store()); }

// "a, b, c", as messages list them.
std::string known() {
  std::string text;
  for (const std::string& type : list_adapters()) text += (text.empty() ? "" : ", ") + type;
  return text;
}

TEST_CASE("the adapter `memory` is built in, and takes prefix and ttl") {
  CHECK_THAT(list_adapters(), Catch::VectorContains(std::string("memory")));
  StorageAdapterConfig config = of("memory");
  config.prefix = "tenant";
  const auto store = create_store(config).value();
  test::add_tokens(*store, "s", {1});
  CHECK((*store->metadata("s"))->name_space == "tenant");
  config.ttl = 1000;
  const auto short_lived = create_store(config).value();
  test::add_tokens(*short_lived, "s", {1});
  CHECK_FALSE(*short_lived->exists("s"));
}

TEST_CASE("the adapter `file` is built in, and takes folder, prefix and ttl") {
  CHECK_THAT(list_adapters(), Catch::VectorContains(std::string("file")));
  const test::TempDir dir;
  StorageAdapterConfig config = of("file");
  config.connection = dir.file("s");
  const auto store = create_store(config).value();
  test::add_tokens(*store, "s", {1});
  CHECK((*store->metadata("s"))->name_space == "l0");
  config.ttl = 1000;
  CHECK_FALSE(*create_store(config).value()->metadata("s"));
  config.ttl = 0;
  config.prefix = "tenant";
  CHECK_FALSE(*create_store(config).value()->exists("s"));
  CHECK(Reader::open(dir.file("s")).ok());
}

TEST_CASE("an unknown adapter: the message lists the known, in order") {
  const Registered b("zeta", a_memory_store), a("alpha", a_memory_store);
  CHECK(list_adapters().back() == "alpha");
  for (const char* type : {"x", "", "Memory", "memory "}) {
    const auto refused = create_store(of(type));
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().message == "Unknown storage adapter type: \"" + std::string(type) +
                                         "\". Available adapters: " + known());
    CHECK(create_store_async(of(type)).get().error().message == refused.error().message);
  }
}

TEST_CASE("an adapter's factory gets the config itself, and another of its name takes its place") {
  const StorageAdapterConfig* seen = nullptr;
  const Registered first("custom", [&](const StorageAdapterConfig& config) {
    seen = &config;
    return a_memory_store(config);
  });
  const Registered second("later", a_memory_store);
  const StorageAdapterConfig config = of("custom");
  CHECK(create_store(config).ok());
  CHECK(seen == &config);
  const auto order = list_adapters();
  bool replaced = false;
  REQUIRE(register_adapter("custom", [&](const StorageAdapterConfig& c) {
            replaced = true;
            return a_memory_store(c);
          }).ok());
  CHECK(create_store(config).ok());
  CHECK(replaced);
  CHECK(list_adapters() == order);
}

TEST_CASE("unregistering an adapter, a built-in one too") {
  REQUIRE(register_adapter("gone", a_memory_store).ok());
  CHECK(unregister_adapter("gone"));
  CHECK_FALSE(unregister_adapter("gone"));
  CHECK_FALSE(create_store(of("gone")).ok());
  CHECK(unregister_adapter("memory"));
  CHECK_FALSE(create_store(of("memory")).ok());
  REQUIRE(register_adapter("memory",
                           [](const StorageAdapterConfig& config) {  // as it was
                             return Result<StorePtr>(
                                 memory_store({.prefix = config.prefix, .ttl_ms = config.ttl}));
                           })
              .ok());
}

TEST_CASE("an adapter's factory may answer later") {
  const Registered scope("slow");
  std::promise<Result<StorePtr>> promise;
  REQUIRE(register_async_adapter("slow", [&](const StorageAdapterConfig&) {
            promise = {};
            return promise.get_future();
          }).ok());
  auto future = create_store_async(of("slow"));
  CHECK(future.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  const StorePtr store = memory_store();
  promise.set_value(store);
  CHECK(future.get().value() == store);

  REQUIRE(register_async_adapter("slow", [&](const StorageAdapterConfig& config) {
            return std::async(std::launch::async, [config] { return a_memory_store(config); });
          }).ok());
  CHECK(create_store(of("slow")).ok());
  CHECK(create_store_async(of("memory")).get().ok());
}

TEST_CASE("what goes wrong in an adapter's factory comes back as an error") {
  const auto error_of = [](StoreFactory factory) {
    const Registered scope("bad", std::move(factory));
    const auto now = create_store(of("bad"));
    CHECK(create_store_async(of("bad")).get().error().message == now.error().message);
    return now.error();
  };
  CHECK(error_of([](const auto&) -> Result<StorePtr> {
          throw std::runtime_error("no route");
        }).message == "storage adapter \"bad\" threw: no route");
  CHECK(error_of([](const auto&) -> Result<StorePtr> { throw 7; }).code == ErrorCode::internal);
  CHECK(error_of([](const auto&) -> Result<StorePtr> { return StorePtr(); }).message ==
        "storage adapter \"bad\" answered no store");
  CHECK(error_of([](const auto&) -> Result<StorePtr> {
          return Error{ErrorCode::busy, 0, "", 0, "taken"};
        }).code == ErrorCode::busy);
}

TEST_CASE("what goes wrong in an asynchronous adapter comes back as an error") {
  const Registered scope("bad");
  const auto check = [](AsyncStoreFactory factory, const char* message) {
    REQUIRE(register_async_adapter("bad", std::move(factory)).ok());
    CHECK(create_store(of("bad")).error().message == message);
  };
  check([](const auto&) -> std::future<Result<StorePtr>> { throw std::runtime_error("no route"); },
        "storage adapter \"bad\" threw: no route");
  CHECK(create_store_async(of("bad")).get().error().message ==
        "storage adapter \"bad\" threw: no route");
  check([](const auto&) { return std::future<Result<StorePtr>>(); },
        "storage adapter \"bad\" answered no future");
  CHECK(create_store_async(of("bad")).get().error().code == ErrorCode::internal);
  check(
      [](const auto&) {
        std::promise<Result<StorePtr>> promise;
        promise.set_exception(std::make_exception_ptr(std::runtime_error("gave up")));
        return promise.get_future();
      },
      "storage adapter \"bad\" threw: gave up");
}

TEST_CASE("an adapter needs a name and a factory") {
  CHECK(register_adapter("", a_memory_store).error().code == ErrorCode::invalid_argument);
  CHECK(register_adapter("x", nullptr).error().code == ErrorCode::invalid_argument);
  CHECK(register_async_adapter("x", nullptr).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("adapters from many threads at once") {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &failures] {
      const std::string type = "thread-" + std::to_string(t);
      for (int i = 0; i < 200; ++i) {
        const bool fine = register_adapter(type, a_memory_store).ok() &&
                          create_store(of(type)).ok() && create_store(of("memory")).ok() &&
                          !list_adapters().empty() && unregister_adapter(type);
        if (!fine) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
}

}  // namespace
}  // namespace reel
