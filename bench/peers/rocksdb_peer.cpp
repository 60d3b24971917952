// RocksDB with its write-ahead log and defaults: WriteOptions::sync is false, so a Put is in the
// log file when it returns and an fsync is left to the operating system. The key is a running
// number, big endian, so that keys arrive in order, which is what RocksDB likes best.
#include <rocksdb/db.h>

#include <memory>

#include "plain_record.hpp"

namespace reel::peers {
namespace {

class RocksdbPeer {
 public:
  explicit RocksdbPeer(const std::string& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    check(rocksdb::DB::Open(options, folder + "/db", &db));
    db_.reset(db);
  }
  void record(const Token& token) {
    const PlainRecord record(token);
    const std::uint64_t key = __builtin_bswap64(next_++);
    check(db_->Put(rocksdb::WriteOptions(),
                   rocksdb::Slice(reinterpret_cast<const char*>(&key), sizeof key),
                   rocksdb::Slice(record.bytes, record.size)));
  }
  void drain() { check(db_->FlushWAL(false)); }

 private:
  static void check(const rocksdb::Status& status) {
    if (!status.ok()) give_up("RocksDB", status.ToString());
  }
  std::unique_ptr<rocksdb::DB> db_;
  std::uint64_t next_ = 0;
};

}  // namespace

Contestant rocksdb_wal() { return {"RocksDB, WAL", "all", run_round<RocksdbPeer>}; }

}  // namespace reel::peers
