// The stores that come with reel. All are EventStores (reel/store.hpp) and keep its rules; what
// differs stands here.
//
// TTL of a handle, in milliseconds: an event is visible while now - ts <= ttl; 0 never hides. Seqs
// stay, the next seq counts hidden events, list_streams is not filtered, a state is never folded
// from a snapshot, which may hold what is hidden. Nothing is reclaimed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reel/options.hpp"
#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel {

// Unix milliseconds. Where an options struct has one, empty means the system's clock. It is called
// from whatever thread uses the store, from several at once too.
using NowMs = std::function<double()>;

// --- memory: fast, gone with the process. Any id, the empty one too. ---

struct MemoryStoreOptions {
  std::string prefix =
      {};  // shown as name_space by metadata; a memory store is a namespace of its own
  std::int64_t ttl_ms = 0;
  NowMs now = {};
};

class MemoryStore : public EventStoreWithSnapshots {
 public:
  virtual void clear() = 0;  // every stream and snapshot
  virtual std::size_t get_stream_count() = 0;
  virtual std::size_t get_total_event_count() = 0;  // hidden ones included
};

// Cost: append takes a lock that few other streams share and copies the event once, into about 40
// bytes beside its text; a token allocates only when its stream's buffer grows. read() copies
// nothing: a cursor shares the events with the store and outlives it.
// Errors of append: sequence; invalid_argument for a ts that is not finite or a broken GAP;
// too_large above 1 GiB.
std::shared_ptr<MemoryStore> memory_store(MemoryStoreOptions options = {});

// --- file: the engine. What append has answered survives kill -9. ---

struct FileStoreOptions {
  std::string base_path = "./l0-events";  // made, parents included, by the first append
  std::string prefix{kDefaultNamespace};  // a namespace: streams of another one are not seen
  std::int64_t ttl_ms = 0;
  NowMs now = {};
  LogOptions log = {};  // those of the first handle that writes a folder count for all of them
};

// Ids: [A-Za-z0-9_-]+, else invalid_argument from every function; ids of other forms that a Log
// recorded are listed.
//
// All handles on one folder in a process share one Log, opened by the first append and closed with
// the last handle. Reading opens none and makes nothing: a folder that is not there has no streams.
// Other processes, forked children among them, may use the folder at the same time and append to
// other streams. A stream stays open for the next append; of more than 4096 the least recently used
// are closed. Another process that appends to an open one is told `busy`, with who has it, until
// that one has appended nothing to it for a second.
// Several threads may read at once, but one after the other goes on: they share one Reader.
//
// Errors of append, beside EventStore's: busy; full (the arena has no room, or an overflow policy
// dropped the event); too_large; invalid_argument.
class FileStore : public EventStoreWithSnapshots {
 public:
  // Waits until everything appended so far is in a segment (flush), and on disk (sync).
  virtual Status flush(std::uint32_t deadline_ms = 10000) = 0;
  virtual Status sync(std::uint32_t deadline_ms = 10000) = 0;

  // TOKENs of the text channel, one after the other: values[i] gets the index first_index + i, and
  // all of them ts_ms. `stored` says how many were: all, or those before the one that failed.
  // Cost: one look for the stream, and for each token what Recorder::record_token costs.
  virtual Status append_tokens(std::string_view stream_id, std::span<const std::string_view> values,
                               std::int64_t first_index, double ts_ms, std::size_t& stored) = 0;
};
std::shared_ptr<FileStore> file_store(FileStoreOptions options = {});

// Somebody else's folder, seen through the same interface. Any id; append, delete_stream and
// save_snapshot are refused (invalid_argument). Follows a living writer: each call sees what was
// recorded by then. Errors: not_a_store, not_found, io.
Result<std::shared_ptr<EventStoreWithSnapshots>> read_only_store(
    const std::string& path, std::string_view name_space = kDefaultNamespace,
    ReaderOptions options = {});

// --- composite: writes to all, reads from one. ---

// What became of a write that went to several stores.
struct CompositeReport {
  std::vector<std::size_t> succeeded_indices, failed_indices;
  std::vector<Error> errors;  // one for each of failed_indices, in their order
  std::uint64_t seq = 0;      // of the event, where it succeeded
  bool ok() const noexcept { return failed_indices.empty(); }
  // ok, or ErrorCode::partial: "Partial failure writing to CompositeEventStore: 1/2 stores failed"
  // and each store's own words. Where every store failed for the same reason nothing is partial: it
  // is that reason's code, such as ErrorCode::sequence.
  Status status() const;
  std::string_view action = "writing to";  // or "deleting from"
};

struct RepairReport {
  std::uint64_t events_resent = 0;
  std::vector<std::size_t> repaired_indices;  // lacked events and have them now
  std::vector<std::size_t> failed_indices;    // still lack some, or contradict the source
  std::vector<Error> errors;
  bool ok() const noexcept { return failed_indices.empty(); }
};

// Writes to all, in their order and each whatever the others answered; reads from the primary
// alone. No roll-back: a store that took an event keeps it. Every store is told the seq the event
// has in the composite, so one that missed an event refuses the later ones (ErrorCode::sequence)
// until repair() has sent them again; its seqs never come to mean something else. The seq follows
// the last event of the store that has the most; each store is asked for its last event when a
// stream is first appended to. What a store throws counts as its failure. Cost: the sum of the
// stores'; appends to one stream wait for each other.
class CompositeStore : public EventStore {
 public:
  virtual CompositeReport append_to_all(std::string_view stream_id, const Event& event,
                                        std::optional<std::uint64_t> expected_seq = {}) = 0;
  // `existed`: in any of them.
  virtual CompositeReport delete_from_all(std::string_view stream_id, bool& existed) = 0;
  // Sends each store the events it lacks, from the store that has the most, and compares those that
  // both have. Without an id: every stream that any store lists. A stream that was deleted from
  // some of the stores only comes back: delete it again instead.
  virtual RepairReport repair(std::string_view stream_id) = 0;
  virtual RepairReport repair() = 0;
};
// Errors: invalid_argument for no store, a null one, or a primary_index that is none of them.
Result<std::shared_ptr<CompositeStore>> composite_store(
    std::vector<std::shared_ptr<EventStore>> stores, std::size_t primary_index = 0);

// --- with_ttl: hides what is older, in any store. ---

// As a handle's TTL, but ttl_ms = 0 hides everything that is past. The store itself is unchanged;
// append, delete_stream and list_streams pass through; its snapshots are not seen. Errors:
// invalid_argument for a null store.
Result<std::shared_ptr<EventStore>> with_ttl(std::shared_ptr<EventStore> store, std::int64_t ttl_ms,
                                             NowMs now = {});

}  // namespace reel
