// SQLite as its manual has it for many small writes: WAL mode, synchronous=NORMAL (no fsync at a
// commit), one prepared statement, a transaction around every 512 events. The commit is in the
// call that fills the batch.
#include <sqlite3.h>

#include "contest.hpp"

namespace reel::peers {
namespace {

class SqlitePeer {
 public:
  explicit SqlitePeer(const std::string& folder) {
    const std::string file = folder + "/events.db";
    check(sqlite3_open_v2(file.c_str(), &db_,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          nullptr));
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=NORMAL");
    run("CREATE TABLE events(stream INTEGER, idx INTEGER, ts REAL, text TEXT)");
    check(sqlite3_prepare_v2(db_, "INSERT INTO events VALUES(?,?,?,?)", -1, &insert_, nullptr));
  }
  ~SqlitePeer() {
    drain();
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  SqlitePeer(const SqlitePeer&) = delete;
  SqlitePeer& operator=(const SqlitePeer&) = delete;

  void record(const Token& token) {
    if (batch_ == 0) run("BEGIN");
    sqlite3_bind_int(insert_, 1, static_cast<int>(token.stream));
    sqlite3_bind_int64(insert_, 2, token.index);
    sqlite3_bind_double(insert_, 3, token.ts_ms);
    sqlite3_bind_text(insert_, 4, token.text.data(), static_cast<int>(token.text.size()),
                      SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) give_up("SQLite", sqlite3_errmsg(db_));
    sqlite3_reset(insert_);
    if (++batch_ == kBatch) drain();
  }
  void drain() {
    if (batch_ > 0) run("COMMIT");
    batch_ = 0;
  }

 private:
  static constexpr int kBatch = 512;
  void check(int code) {
    if (code != SQLITE_OK) give_up("SQLite", sqlite3_errmsg(db_));
  }
  void run(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  int batch_ = 0;
};

}  // namespace

Contestant sqlite_wal() {
  return {"SQLite, WAL, batches of 512", "all but the open batch", run_round<SqlitePeer>};
}

}  // namespace reel::peers
