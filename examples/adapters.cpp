// Storage adapters: stores by name, for programs that are told in a configuration which to use.
#include "example.hpp"
#include "sqlite_store.hpp"

using reel::EventSourcing;
using reel::StorageAdapterConfig;

namespace {

// A factory: gets the configuration itself, answers the store or why there is none.
reel::Result<reel::StorePtr> create_sqlite_store(const StorageAdapterConfig& config) {
  auto store = sqlite_store(config.connection, config.prefix);
  if (!store || config.ttl == 0) return store;
  return EventSourcing::with_ttl(*store, config.ttl);
}

// One that takes its time: it answers a future, and the caller of create need not wait.
std::future<reel::Result<reel::StorePtr>> connect_slowly(const StorageAdapterConfig& config) {
  return std::async(std::launch::async, create_sqlite_store, config);
}

int say_hello(const std::string& name, const reel::StorePtr& store) {
  auto recorder = EventSourcing::recorder(store, "hello");
  if (auto seq = recorder.record_token("Hello", 0); !seq) return example::failed(seq);
  auto state = EventSourcing::replayer(store).replay_to_state("hello");
  if (!state) return example::failed(state);
  std::cout << name << ": " << state->content << '\n';
  return 0;
}

void list_adapters() {
  for (const std::string& name : EventSourcing::list_adapters()) std::cout << name << ' ';
  std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  list_adapters();  // the built-in ones

  // Register storage backends of your own.
  auto registered = EventSourcing::register_adapter("sqlite", create_sqlite_store);
  if (!registered) return example::failed(registered);
  registered = EventSourcing::register_adapter("slow", connect_slowly);
  if (!registered) return example::failed(registered);
  list_adapters();

  // Use them.
  const StorageAdapterConfig configs[] = {
      {.type = "memory"},
      {.type = "file",
       .connection = folder / "events",
       .prefix = "l0_events",
       .ttl = 7LL * 24 * 60 * 60 * 1000},  // 7 days
      {.type = "sqlite", .connection = folder / "events.db", .prefix = "l0"},
      {.type = "slow", .connection = folder / "slow.db"},
  };
  for (const StorageAdapterConfig& config : configs) {
    auto store = EventSourcing::create(config);
    if (!store) return example::failed(store);
    if (int code = say_hello(config.type, *store); code != 0) return code;
  }

  // Unregister one.
  std::cout << std::boolalpha << EventSourcing::unregister_adapter("sqlite") << '\n';
  auto unknown = EventSourcing::create({.type = "sqlite"});
  std::cout << (unknown ? "found" : unknown.error().message) << '\n';
}

// Output:
// memory file
// memory file sqlite slow
// memory: Hello
// file: Hello
// sqlite: Hello
// slow: Hello
// true
// Unknown storage adapter type: "sqlite". Available adapters: memory, file, slow
