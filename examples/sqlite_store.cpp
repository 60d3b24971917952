#include "sqlite_store.hpp"

#include <sqlite3.h>

#include "reel/json.hpp"

namespace {
using namespace reel;

// Every stream has an event 0, and the rows of those ascend in order of first appearance.
constexpr const char* kSchema =
    "pragma journal_mode = wal; pragma synchronous = normal; create table if not exists events"
    "  (n integer primary key, ns blob, id blob, seq integer, event text, envelope_extra text,"
    "  unique (ns, id, seq)); create index if not exists firsts on events (ns, n) where seq = 0";

// One statement: no other process comes between a seq and its row. ?5: the seq expected, or ''.
constexpr const char* kAppend =
    "insert into events (ns, id, seq, event, envelope_extra)"
    "  select ?1, ?2, next, cast(?3 as text), cast(?4 as text) from (select coalesce((select seq + "
    "1"
    "    from events where ns = ?1 and id = ?2 order by seq desc limit 1), 0) as next)"
    "  where cast(?5 as text) in ('', cast(next as text)) returning seq";

Error error_of(sqlite3* db) { return {ErrorCode::io, 0, "", 0, sqlite3_errmsg(db)}; }

// One statement, from its preparation to its end; the connection is its own meanwhile. Values are
// bound as bytes, so no id is special.
class Query {
 public:
  Query(sqlite3* db, const char* sql, std::initializer_list<std::string_view> values) : db_(db) {
    sqlite3_mutex_enter(sqlite3_db_mutex(db));
    sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr);
    int n = 0;
    for (const std::string_view value : values) {
      const char* at = value.empty() ? "" : value.data();
      sqlite3_bind_blob64(statement_, ++n, at, value.size(), SQLITE_TRANSIENT);
    }
  }
  Query(const Query&) = delete;
  ~Query() {
    sqlite3_finalize(statement_);
    sqlite3_mutex_leave(sqlite3_db_mutex(db_));
  }

  // true: there is a row to look at.
  bool step() { return (code_ = sqlite3_step(statement_)) == SQLITE_ROW; }
  std::string text(int column) {
    const auto* at = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {at, at + sqlite3_column_bytes(statement_, column)};
  }
  // `value`, unless a step went wrong.
  template <class T>
  Result<T> answer(Result<T> value) const {
    return code_ == SQLITE_ROW || code_ == SQLITE_DONE ? std::move(value) : error_of(db_);
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_DONE;
};

class SqliteStore final : public EventStore {
 public:
  SqliteStore(sqlite3* db, std::string ns) : db_(db), ns_(std::move(ns)) {}
  ~SqliteStore() override { sqlite3_close(db_); }

  Result<std::uint64_t> append(std::string_view id, const Event& event,
                               std::optional<std::uint64_t> expected) override {
    if (event.type() == EventType::gap)
      return Error{ErrorCode::invalid_argument, 0, "", 0, "JSON has no form for a GAP"};
    std::string json;
    json::append_event(json, event);
    if (auto back = json::Parser().parse_line(json); !back) return back.error();
    const std::string next = expected ? std::to_string(*expected) : "";
    Query insert(db_, kAppend, {ns_, id, json, event.envelope_extra, next});
    Result<std::uint64_t> seq =
        Error{ErrorCode::sequence, 0, "", 0, next + " is not the stream's next seq"};
    while (insert.step())
      seq = std::stoull(insert.text(0));  // to the end: only then is it committed
    return insert.answer(std::move(seq));
  }

  Result<std::vector<Envelope>> get_events(std::string_view id) override {
    Query rows(db_,
               "select seq, event, envelope_extra from events where ns = ? and id = ? order by seq",
               {ns_, id});
    json::Parser parser;
    std::vector<Envelope> events;
    while (rows.step()) {
      auto line = parser.parse_line(rows.text(1));
      if (!line) return line.error();
      line->event.envelope_extra = rows.text(2);
      events.push_back({std::string(id), std::stoull(rows.text(0)), std::move(line->event)});
    }
    return rows.answer(Result(std::move(events)));
  }

  Result<bool> exists(std::string_view id) override {
    Query first(db_, "select 1 from events where ns = ? and id = ? limit 1", {ns_, id});
    return first.answer(Result(first.step()));
  }

  Result<bool> delete_stream(std::string_view id) override {
    Query all(db_, "delete from events where ns = ? and id = ?", {ns_, id});
    all.step();
    return all.answer(Result(sqlite3_changes(db_) > 0));
  }

  Result<std::vector<std::string>> list_streams(std::string_view prefix) override {
    Query rows(db_,
               "select id from events where seq = 0 and ns = ?1 and"
               "  substr(id, 1, length(?2)) = ?2 order by n",
               {ns_, prefix});
    std::vector<std::string> ids;
    while (rows.step()) ids.push_back(rows.text(0));
    return rows.answer(Result(std::move(ids)));
  }

 private:
  sqlite3* db_;
  std::string ns_;
};

}  // namespace

reel::Result<std::shared_ptr<reel::EventStore>> sqlite_store(const std::string& path,
                                                             const std::string& prefix) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open(path.c_str(), &db);
  auto store = std::make_shared<SqliteStore>(db, prefix);  // closes db, whatever comes
  sqlite3_busy_timeout(db, 10000);                         // ms to wait for another process
  if (code != SQLITE_OK || sqlite3_exec(db, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(db);
  return std::shared_ptr<reel::EventStore>(std::move(store));
}
