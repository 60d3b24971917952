// with_ttl: another store's cursor, less what is old. All that reads goes through it; `metadata`
// and `fold` are EventStore's own, which walk it.
#include <utility>

#include "reel/stores.hpp"
#include "store/refusals.hpp"
#include "store/ttl.hpp"
#include "store/walk.hpp"

namespace reel {
namespace {

class WithTtl final : public EventStore {
 public:
  WithTtl(std::shared_ptr<EventStore> store, std::int64_t ttl_ms, NowMs now)
      : store_(std::move(store)), ttl_ms_(ttl_ms), now_(std::move(now)) {}

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected_seq) override {
    return store_->append(id, event, expected_seq);
  }
  Result<bool> delete_stream(std::string_view id) override { return store_->delete_stream(id); }
  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    return store_->list_streams(prefix);
  }

  Result<std::unique_ptr<EventCursor>> read(std::string_view id, SeqRange range) override {
    auto cursor = store_->read(id, range);
    if (!cursor) return cursor;
    return store::visible(*std::move(cursor), store::TtlFilter(store::now_ms(now_), ttl_ms_));
  }
  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    return store::all_events(read(id, {}));
  }
  Result<bool> exists(std::string_view id) override { return store::any_event(read(id, {})); }
  Result<std::optional<Envelope>> get_last_event(std::string_view id) override {
    return store::last_event(read(id, {}));
  }
  Result<std::vector<Envelope>> get_events_after(std::string_view id,
                                                 std::uint64_t after_seq) override {
    return store::all_events(read(id, store::after(after_seq)));
  }

 private:
  std::shared_ptr<EventStore> store_;
  std::int64_t ttl_ms_;
  NowMs now_;
};

}  // namespace

Result<std::shared_ptr<EventStore>> with_ttl(std::shared_ptr<EventStore> store, std::int64_t ttl_ms,
                                             NowMs now) {
  if (store == nullptr) return store::bad_argument("with_ttl needs a store; it was given none");
  return std::shared_ptr<EventStore>(
      std::make_shared<WithTtl>(std::move(store), ttl_ms, std::move(now)));
}

}  // namespace reel
