// LMDB as its manual has it for bulk loads: keys in order with MDB_APPEND, MDB_WRITEMAP, a
// transaction around every 512 events, and MDB_NOSYNC: a commit leaves the disk to the operating
// system, as everyone here does. The commit is in the call that fills the batch.
#include <lmdb.h>

#include "plain_record.hpp"

namespace reel::peers {
namespace {

class LmdbPeer {
 public:
  explicit LmdbPeer(const std::string& folder) {
    check(mdb_env_create(&env_));
    check(mdb_env_set_mapsize(env_, std::size_t{1} << 30));
    check(mdb_env_open(env_, folder.c_str(), MDB_NOSYNC | MDB_WRITEMAP, 0600));
    begin();
    check(mdb_dbi_open(transaction_, nullptr, MDB_INTEGERKEY | MDB_CREATE, &table_));
  }
  ~LmdbPeer() {
    drain();
    mdb_env_close(env_);
  }
  LmdbPeer(const LmdbPeer&) = delete;
  LmdbPeer& operator=(const LmdbPeer&) = delete;

  void record(const Token& token) {
    if (transaction_ == nullptr) begin();
    PlainRecord record(token);
    std::size_t number = next_++;
    MDB_val key{sizeof number, &number};
    MDB_val value{record.size, record.bytes};
    check(mdb_put(transaction_, table_, &key, &value, MDB_APPEND));
    if (++batch_ == kBatch) drain();
  }
  void drain() {
    if (transaction_ != nullptr) check(mdb_txn_commit(transaction_));
    transaction_ = nullptr;
    batch_ = 0;
  }

 private:
  static constexpr int kBatch = 512;
  static void check(int code) {
    if (code != 0) give_up("LMDB", mdb_strerror(code));
  }
  void begin() { check(mdb_txn_begin(env_, nullptr, 0, &transaction_)); }

  MDB_env* env_ = nullptr;
  MDB_txn* transaction_ = nullptr;
  MDB_dbi table_ = 0;
  std::size_t next_ = 0;
  int batch_ = 0;
};

}  // namespace

Contestant lmdb_batches() {
  return {"LMDB, batches of 512", "all but the open batch", run_round<LmdbPeer>};
}

}  // namespace reel::peers
