// Event stores: memory, file, composite, with_ttl. All are EventStores, so what works with one
// works with each. (A store of one's own: sqlite_store.cpp.)
#include "example.hpp"

using reel::EventSourcing;

namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

// Records a word, and tells what this store and that one say to it then.
int try_out(const std::string& name, const reel::StorePtr& store, const reel::StorePtr& other) {
  auto recorder = EventSourcing::recorder(store, "my-stream");
  if (auto seq = recorder.record_token("Hello", 0); !seq) return example::failed(seq);
  auto here = store->exists("my-stream");
  if (!here) return example::failed(here);
  auto there = other->exists("my-stream");
  if (!there) return example::failed(there);
  std::cout << name << ": here " << *here << ", there " << *there << '\n';
  return 0;
}

int memory() {
  auto store = EventSourcing::memory();
  auto sixty_seconds = EventSourcing::memory({.prefix = "myapp", .ttl_ms = 60000});
  return try_out("memory", store, sixty_seconds);
}

int file(const example::Folder& folder) {
  auto store = EventSourcing::file(folder / "events");
  auto prod =
      EventSourcing::file({.base_path = folder / "events", .prefix = "prod", .ttl_ms = 7 * kDayMs});
  // Prefixes are namespaces: what is recorded in one is not seen in another.
  return try_out("file", store, prod);
}

int composite(const example::Folder& folder) {
  auto memory_store = EventSourcing::memory();
  auto file_store = EventSourcing::file(folder / "copies");
  // Writes to both; reads come from the store number 0.
  auto composite = EventSourcing::composite({memory_store, file_store}, 0);
  if (!composite) return example::failed(composite);
  return try_out("composite", *composite, file_store);
}

int with_ttl() {
  auto base_store = EventSourcing::memory();
  auto ttl_store = EventSourcing::with_ttl(base_store, 3600000);  // 1 hour
  if (!ttl_store) return example::failed(ttl_store);
  return try_out("with_ttl", *ttl_store, base_store);
}

// What an EventStore does beside taking and giving events.
int list_and_delete() {
  auto store = EventSourcing::memory();
  for (const char* id : {"chat-7", "chat-8", "batch-1"}) {
    auto recorder = EventSourcing::recorder(store, id);
    if (auto seq = recorder.record_start(); !seq) return example::failed(seq);
  }
  auto gone = store->delete_stream("chat-7");  // `delete` is a word of the language
  if (!gone) return example::failed(gone);
  auto chats = store->list_streams("chat-");  // the prefix is literal
  if (!chats) return example::failed(chats);
  std::cout << "deleted " << *gone << ", left:";
  for (const std::string& id : *chats) std::cout << ' ' << id;
  std::cout << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  std::cout << std::boolalpha;
  if (int code = memory(); code != 0) return code;
  if (int code = file(folder); code != 0) return code;
  if (int code = composite(folder); code != 0) return code;
  if (int code = with_ttl(); code != 0) return code;
  return list_and_delete();
}

// Output:
// memory: here true, there false
// file: here true, there false
// composite: here true, there true
// with_ttl: here true, there true
// deleted true, left: chat-8
