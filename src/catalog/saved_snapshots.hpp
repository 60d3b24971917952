// SavedSnapshots: the snapshots that users saved of one stream, a file each:
// STORE/snapshots/<32 hex digits>/<number>-<seq>. They are not part of the log and make no stream.
// Any process may save; nothing is locked, and a file is never changed once it has its name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_system.hpp"
#include "reel/store.hpp"

namespace reel::catalog {

struct SnapshotName {
  std::uint64_t number = 0;  // ascends: the largest was saved last
  std::uint64_t seq = 0;
};

// What a snapshot's file holds.
struct SavedSnapshot {
  std::string name_space;
  std::uint64_t number = 0;
  Snapshot snapshot;
};

std::string snapshots_directory(std::string_view store);
// The name of a stream's folder in it: a hash of namespace, a zero byte and id.
std::string snapshot_folder(std::string_view name_space, std::string_view id);
bool is_snapshot_folder(std::string_view name);
// nullopt for any other name.
std::optional<SnapshotName> parse_snapshot_name(std::string_view name);
std::string snapshot_name(const SnapshotName& name);

// The file's bytes, and back. damaged: not what encode_snapshot wrote.
std::string encode_snapshot(const SavedSnapshot& saved);
Result<SavedSnapshot> decode_snapshot(std::string_view bytes, const std::string& file);
// damaged also when folder or name are not those of the content.
Result<SavedSnapshot> load_snapshot(io::FileSystem& fs, const std::string& store,
                                    std::string_view folder, const SnapshotName& name);

class SavedSnapshots {
 public:
  SavedSnapshots(io::FileSystem& fs, std::string store, std::string_view name_space,
                 std::string_view id);

  // Durable on return.
  Status save(const Snapshot& snapshot);
  Result<std::optional<Snapshot>> last();
  // The one with the highest seq that is not above `seq`; of several with that seq the last saved.
  Result<std::optional<Snapshot>> before(std::uint64_t seq);
  // Removes them all, the oldest first. Costs one call of the system when there is none.
  Status drop();

 private:
  Result<std::vector<SnapshotName>> names();
  Result<std::optional<Snapshot>> load(const SnapshotName& name);

  io::FileSystem& fs_;
  const std::string store_, name_space_, id_, folder_;
};

}  // namespace reel::catalog
