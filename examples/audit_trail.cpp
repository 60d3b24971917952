// Use case, audit trails: who asked what, when, and what came back; kept for 90 days.
#include "example.hpp"

using reel::EventSourcing;

namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

int serve(const reel::StorePtr& store, const std::string& user, const std::string& request) {
  // The id says whose it is, so that it can be found.
  auto recorder = EventSourcing::recorder(store, "audit-" + user + "-" + request);
  auto context = reel::json::ObjectBuilder()
                     .add("model", "gpt-4")
                     .add("user_id", user)
                     .add("request_id", request)
                     .text();
  if (!context) return example::failed(context);
  auto recorded = example::all({recorder.record_start(*context), recorder.record_token("Yes.", 0),
                                recorder.record_complete("Yes.", 1)});
  return recorded ? 0 : example::failed(recorded);
}

}  // namespace

int main(int argc, char** argv) {
  const example::Folder folder(argc, argv);
  auto store = EventSourcing::file(
      {.base_path = folder / "audit-logs", .prefix = "audit", .ttl_ms = 90 * kDayMs});
  for (const auto& [user, request] : {std::pair{"ann", "r1"}, {"bob", "r2"}, {"ann", "r3"}}) {
    if (int code = serve(store, user, request); code != 0) return code;
  }

  // All streams of a user. Each event has the time it was recorded (ts), to the microsecond.
  auto streams = store->list_streams("audit-ann-");
  if (!streams) return example::failed(streams);
  for (const std::string& id : *streams) {
    auto meta = EventSourcing::metadata(id, store);
    if (!meta) return example::failed(meta);
    if (*meta) std::cout << id << ' ' << (*meta)->options.value_or("{}") << '\n';
  }

  // An audit trail should be on disk before anybody relies on it, and not only survive kill -9.
  auto synced = store->sync();
  return synced ? 0 : example::failed(synced);
}

// Output:
// audit-ann-r1 {"model":"gpt-4","user_id":"ann","request_id":"r1"}
// audit-ann-r3 {"model":"gpt-4","user_id":"ann","request_id":"r3"}
