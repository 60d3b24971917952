// Reader: a store, read-only, from any process, while it is being written or not.
//
// A Reader shows one moment of the store: what was recorded when it was opened or last refreshed.
// It never writes, never recovers, never blocks the writer. It sees sealed segments, the finished
// blocks of the active one, and the arena's frames (if the arena can be read: `info().arena_seen`).
// Threads: a Reader may be used by one thread at a time; Cursors of one Reader too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/options.hpp"
#include "reel/status.hpp"

namespace reel {

enum class StreamStatus : std::uint8_t { open, interrupted, completed, error };
const char* stream_status_name(StreamStatus status) noexcept;

// Facts about one stream that need no replay (the document's StreamMetadata and reel's additions).
struct StreamMetadata {
  std::string stream_id;
  std::string name_space;
  std::uint64_t event_count = 0;  // gaps not counted
  std::int64_t token_count = 0;
  double start_ts = 0, end_ts = 0;  // 0 when unknown
  bool completed = false, has_error = false;
  std::optional<std::string> options;  // JSON text of the last START
  StreamStatus status = StreamStatus::interrupted;
  std::uint64_t gaps = 0;  // events declared missing
  std::uint64_t next_seq = 0;
  std::optional<std::uint64_t> durable_seq;  // last seq in a synced segment
  std::uint64_t ordinal = 0;                 // order of first appearance
};

// A place where bytes on disk are not what was written.
struct Damage {
  std::string file;
  std::uint64_t offset = 0, bytes = 0;
  std::string what;
};

struct StoreInfo {
  std::string store_uuid;
  std::uint64_t segments = 0, streams = 0, events = 0, bytes = 0;  // bytes: every file of the store
  std::uint64_t gaps = 0, gap_events = 0;
  std::uint64_t arena_events = 0;  // of `events`, those only in the arena
  bool clean = false;              // closed cleanly
  bool writer_alive = false;
  bool arena_seen = false;
  std::string arena_path;          // "" when the store has none
  std::vector<std::string> notes;  // the last recovery's report and what this open met
};

// Which events Reader::newest gives: since_ms <= stamp < until_ms, in Unix milliseconds.
struct Newest {
  std::size_t count = 10;
  std::string name_space = std::string(kDefaultNamespace);
  std::vector<std::string> streams;  // ids; none: all of the namespace
  double since_ms = -std::numeric_limits<double>::infinity();
  double until_ms = std::numeric_limits<double>::infinity();
};

namespace detail {
class ReaderCore;
class CursorCore;
class ScanCore;
class ColumnScanCore;
struct ReaderAccess;
}  // namespace detail

// Walks one stream by seq. `for (bool more = c.next(); more; more = c.next()) use(c.view());`
// A view lives until the next call of next() on the same Cursor, or its destruction.
class Cursor {
 public:
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();
  bool next();                                // false at the end or on an error: see status()
  const EnvelopeView& view() const noexcept;  // GAP records are yielded too (EventType::gap)
  const Status& status() const noexcept;
  // Nothing comes after this seq; nullopt: nothing comes at all. Costs a look into indexes, reads
  // no events.
  std::optional<std::uint64_t> last_seq() const;

 private:
  friend class Reader;
  explicit Cursor(std::unique_ptr<detail::CursorCore> core) noexcept;
  std::unique_ptr<detail::CursorCore> core_;
};

// Walks every stream of a store at once, in the order the events lie in: each block is unpacked
// once, so all of a store costs less this way than stream by stream. The events of one stream come
// in order of seq, those of different streams mixed. Of one thread, views as with Cursor.
class Scan {
 public:
  Scan(Scan&&) noexcept;
  Scan& operator=(Scan&&) noexcept;
  ~Scan();
  bool next() { return ++at_ < batch_.size() || next_batch(); }  // false: as with Cursor
  const EnvelopeView& view() const noexcept { return batch_[at_]; }  // GAP records too
  std::string_view name_space() const noexcept;                      // of view()'s stream
  const Status& status() const noexcept;

 private:
  friend class Reader;
  explicit Scan(std::unique_ptr<detail::ScanCore> core) noexcept;
  bool next_batch();

  std::unique_ptr<detail::ScanCore> core_;
  std::span<const EnvelopeView> batch_;  // events that stand ready, of one stream
  std::size_t at_ = 0;                   // in batch_: the one at hand
};

class ColumnScan;
struct ColumnOptions;

class Reader {
 public:
  // Errors: not_found (no such folder), not_a_store, io; damage is none (see damage()).
  static Result<Reader> open(const std::string& path, ReaderOptions options = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  Status refresh();  // moves on to now
  StoreInfo info() const;

  // Streams of a namespace in order of first appearance; ids only, or with their facts.
  std::vector<std::string> list_streams(std::string_view prefix = {},
                                        std::string_view name_space = kDefaultNamespace) const;
  std::vector<std::string> list_namespaces() const;
  Result<std::vector<StreamMetadata>> list_metadata(
      std::string_view prefix = {}, std::string_view name_space = kDefaultNamespace) const;

  // Of each stream of list_streams(): a member of its last START's options; a string's text, of any
  // other value the JSON. `path` as in reel/json_object.hpp; nullopt: it has none. What several
  // streams of a segment share comes from its index; for other values the START is read.
  Result<std::vector<std::optional<std::string>>> list_option(
      std::string_view path, std::string_view prefix = {},
      std::string_view name_space = kDefaultNamespace) const;

  bool exists(std::string_view stream_id, std::string_view name_space = kDefaultNamespace) const;
  // nullopt: no such stream.
  Result<std::optional<StreamMetadata>> metadata(
      std::string_view stream_id, std::string_view name_space = kDefaultNamespace) const;

  // Events with from_seq <= seq <= to_seq. A missing stream gives a Cursor without events.
  Result<Cursor> cursor(std::string_view stream_id, std::string_view name_space = kDefaultNamespace,
                        std::uint64_t from_seq = 0, std::uint64_t to_seq = UINT64_MAX) const;

  // Every event of a namespace, or of all of them. Memory: one entry a stream, and the texts of
  // streams that are in the middle of something.
  Scan scan(std::optional<std::string_view> name_space = {}) const;

  // The same by columns, for one or several threads (reel/columns.hpp): at least one scan.
  std::vector<ColumnScan> scan_columns(const ColumnOptions& options) const;

  // The last events, by stamp, one after the other until `each` answers false; GAPs are left out. A
  // stream's own order stays, and it is looked back into no further than to a stamp before
  // since_ms. Without streams and without until_ms only those are looked into that are in arenas
  // and in the last segments. Memory: a copy of the events.
  void newest(const Newest& asked, const std::function<bool(const EnvelopeView&)>& each) const;

  // Damage met so far by this Reader (non-strict reading goes past it).
  const std::vector<Damage>& damage() const noexcept;

 private:
  friend struct detail::ReaderAccess;
  explicit Reader(std::shared_ptr<detail::ReaderCore> core) noexcept;
  std::shared_ptr<detail::ReaderCore> core_;
};

// Checks every byte of every file of the store against its checksums and meaning, and that the
// store is complete. Errors only when the store cannot be opened at all.
struct VerifyReport {
  bool ok = false;
  std::uint64_t files = 0, bytes = 0, blocks = 0, events = 0;
  std::vector<Damage> damage;
  std::vector<std::string> notes;  // not damage: e.g. "not closed cleanly; arena holds 12 events"
};
// `progress`, if given, is shown the report as it grows, from time to time.
using VerifyProgress = std::function<void(const VerifyReport& so_far)>;
Result<VerifyReport> verify(const std::string& path, const VerifyProgress& progress = {});

}  // namespace reel
