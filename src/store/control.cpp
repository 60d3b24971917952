#include "store/control.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "arena/arena.hpp"
#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "log/stream_names.hpp"
#include "reader/stream_parts.hpp"
#include "reel/replay.hpp"

namespace reel::store {
namespace {

Error busy_error(const std::string& path, const char* why) {
  return {ErrorCode::busy, 0, path, 0, why};
}

constexpr std::chrono::milliseconds kPause(1);

struct Holder {
  const reader::Lane* lane = nullptr;  // nullptr: nobody
  std::uint64_t incarnation = 0;
  bool opening = false;
};

// Of the stream, or of that life of it.
Holder holder_of(const reader::StoreView& view, std::string_view name_space, std::string_view id,
                 std::optional<std::uint64_t> incarnation = std::nullopt) {
  const auto [from, to] = view.arena_streams.equal_range(reader::stream_key(name_space, id));
  for (auto it = from; it != to; ++it) {
    const arena::SnapshotStream& stream = *it->second.stream;
    if (!it->second.lane->writer_alive || !stream.held) continue;
    if (incarnation && stream.incarnation != *incarnation) continue;
    return {it->second.lane, stream.incarnation, stream.opening};
  }
  return {};
}

Status check_visible(const reader::StoreView& view) {
  for (const reader::Lane& lane : view.lanes) {
    if (lane.writer_alive && lane.arena_ref && lane.arena == nullptr) {
      return busy_error(view.path,
                        "another process writes this store, and its arena cannot be read to see "
                        "whether it holds the stream; let it delete the stream");
    }
  }
  return {};
}

// A process that appends to the stream now and then lets go of it where somebody wants it.
void ask_to_release(io::FileSystem& fs, const std::string& path, const Holder& holder) {
  const auto identity = catalog::load_store(fs, path);
  const auto& ref = holder.lane->arena_ref;
  if (!identity || !ref) return;
  const auto arena = arena::Arena::join(fs, ref->path, identity->uuid, ref->arena_id);
  if (!arena) return;
  arena::ArenaHeader& header = (*arena)->header();
  const std::uint32_t used = header.slots_used.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < used; ++i) {
    arena::StreamSlot& slot = (*arena)->slot(i);
    if (slot.incarnation.load(std::memory_order_acquire) != holder.incarnation) continue;
    slot.wanted.store(1, std::memory_order_relaxed);
  }
  header.asks.fetch_add(1, std::memory_order_release);
}

// A look at a store in which no living process holds the stream.
Result<std::shared_ptr<const reader::StoreView>> look_if_free(io::FileSystem& fs,
                                                              const std::string& path,
                                                              std::string_view name_space,
                                                              std::string_view id,
                                                              std::uint32_t release_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(release_ms);
  for (;;) {
    auto view = reader::look(fs, path, {}, nullptr, false);
    if (!view) return view;
    const Holder holder = holder_of(**view, name_space, id);
    if (holder.lane == nullptr) {
      if (Status status = check_visible(**view); !status) return status;
      return view;
    }
    ask_to_release(fs, path, holder);
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(10 * kPause);
  }
  return busy_error(path, "a living process records this stream; let it close the stream first");
}

// Who opened it before the tombstone was there goes on with that life; who saw it makes another
// one. While it is being opened that is not known yet.
Result<bool> is_held_now(io::FileSystem& fs, const std::string& path, std::string_view name_space,
                         std::string_view id, std::uint64_t incarnation) {
  constexpr int kLooksMax = 200;
  for (int looks = 0;; ++looks) {
    const auto view = reader::look(fs, path, {}, nullptr, false);
    if (!view) return view.status();
    const Holder holder = holder_of(**view, name_space, id, incarnation);
    if (holder.lane == nullptr) return false;
    if (!holder.opening || looks == kLooksMax) return true;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

// The tombstone first and the slots once more second: see log/stream_registry.hpp.
Result<bool> delete_stream(io::FileSystem& fs, const std::string& path, std::string_view id,
                           std::string_view name_space, std::uint32_t release_ms) {
  const auto view = look_if_free(fs, path, name_space, id, release_ms);
  if (!view) return view.status();
  Status status = catalog::SavedSnapshots(fs, path, name_space, id).drop();
  if (!status) return status;
  const auto parts = reader::find_stream(**view, name_space, id);
  if (!parts) return false;
  status = catalog::save_tombstone(fs, path,
                                   {std::string(name_space), std::string(id), parts->incarnation,
                                    parts->ordinal, base::system_clock().wall_us()});
  if (!status) return status;
  const auto held = is_held_now(fs, path, name_space, id, parts->incarnation);
  if (!held) return held;
  if (!*held) return true;
  (void)catalog::remove_tombstone(fs, path, parts->incarnation);
  return busy_error(path, "a living process records this stream again; let it close it first");
}

}  // namespace reel::store

namespace reel {

Result<bool> delete_stream(const std::string& store_path, std::string_view stream_id,
                           std::string_view name_space) {
  // As long as a process that appends now and then may take to let go of a stream, and then some.
  constexpr std::uint32_t kReleaseMs = 2500;
  return store::delete_stream(io::posix(), store_path, stream_id, name_space, kReleaseMs);
}

Status save_snapshot(const std::string& store_path, const Snapshot& snapshot,
                     std::string_view name_space) {
  if (Status status = log::check_names(name_space, snapshot.stream_id); !status) return status;
  if (snapshot.seq >= kSeqMax) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, "the snapshot's seq is beyond any stream"};
  }
  if (auto identity = catalog::load_store(io::posix(), store_path); !identity) {
    return identity.status();
  }
  return catalog::SavedSnapshots(io::posix(), store_path, name_space, snapshot.stream_id)
      .save(snapshot);
}

Result<Snapshot> take_snapshot(const std::string& store_path, std::string_view stream_id,
                               std::string_view name_space) {
  auto reader = Reader::open(store_path);
  if (!reader) return reader.status();
  const auto metadata = reader->metadata(stream_id, name_space);
  if (!metadata) return metadata.status();
  if (!*metadata || (*metadata)->next_seq == 0) {
    return Error{ErrorCode::not_found, 0, store_path, 0, "there is no such stream"};
  }
  Snapshot snapshot;
  snapshot.stream_id = stream_id;
  snapshot.seq = (*metadata)->next_seq - 1;
  snapshot.ts = static_cast<double>(base::system_clock().wall_us()) / 1000.0;
  auto state = replay_to_state(*reader, stream_id, name_space, 0, snapshot.seq);
  if (!state) return state.status();
  static_cast<State&>(snapshot) = *std::move(state);
  Status status =
      catalog::SavedSnapshots(io::posix(), store_path, name_space, stream_id).save(snapshot);
  if (!status) return status;
  return snapshot;
}

}  // namespace reel
