#include "store/control.hpp"

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

// ok: no living writer has a Recorder on the stream.
Status check_free(const reader::StoreView& view, std::string_view name_space, std::string_view id) {
  const auto [from, to] = view.arena_streams.equal_range(reader::stream_key(name_space, id));
  for (auto it = from; it != to; ++it) {
    if (it->second.lane->writer_alive && it->second.stream->held) {
      return busy_error(view.path,
                        "a living process records this stream; let it close the stream first");
    }
  }
  for (const reader::Lane& lane : view.lanes) {
    if (lane.writer_alive && lane.arena_ref && lane.arena == nullptr) {
      return busy_error(view.path,
                        "another process writes this store, and its arena cannot be read to see "
                        "whether it holds the stream; let it delete the stream");
    }
  }
  return {};
}

Status look_if_free(io::FileSystem& fs, const std::string& path, std::string_view name_space,
                    std::string_view id) {
  const auto view = reader::look(fs, path, {}, nullptr, false);
  return view ? check_free(**view, name_space, id) : view.status();
}

}  // namespace

// The tombstone first and the slots once more second: see log/stream_registry.hpp.
Result<bool> delete_stream(io::FileSystem& fs, const std::string& path, std::string_view id,
                           std::string_view name_space) {
  const auto view = reader::look(fs, path, {}, nullptr, false);
  if (!view) return view.status();
  if (Status status = check_free(**view, name_space, id); !status) return status;
  Status status = catalog::SavedSnapshots(fs, path, name_space, id).drop();
  if (!status) return status;
  const auto parts = reader::find_stream(**view, name_space, id);
  if (!parts) return false;
  status = catalog::save_tombstone(fs, path,
                                   {std::string(name_space), std::string(id), parts->incarnation,
                                    parts->ordinal, base::system_clock().wall_us()});
  if (!status) return status;
  if (status = look_if_free(fs, path, name_space, id); status) return true;
  if (status.error().code == ErrorCode::busy) {
    (void)catalog::remove_tombstone(fs, path, parts->incarnation);
  }
  return status;
}

}  // namespace reel::store

namespace reel {

Result<bool> delete_stream(const std::string& store_path, std::string_view stream_id,
                           std::string_view name_space) {
  return store::delete_stream(io::posix(), store_path, stream_id, name_space);
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
