#include "reader/arena_access.hpp"

#include "arena/arena.hpp"
#include "io/errors.hpp"

namespace reel::reader {
namespace {

Error not_ours(const catalog::ArenaRef& ref, std::string_view why) {
  return io::usage_error(ErrorCode::damaged, ref.path, why);
}

// Is it of this run of the machine, and of this folder?
Status check_origin(io::FileSystem& fs, const std::string& store, const catalog::ArenaRef& ref) {
  const std::string boot = arena::boot_id(fs);
  if (!ref.boot_id.empty() && !boot.empty() && ref.boot_id != boot) {
    return not_ours(ref, "the arena is from before the machine was restarted and is not trusted");
  }
  const auto folder = fs.info(store);
  if (!folder) return folder.status();
  auto mapping = fs.map(ref.path);
  if (!mapping) return mapping.status();
  const std::string_view bytes = (*mapping)->bytes();
  if (bytes.size() < sizeof(arena::ArenaHeader)) return not_ours(ref, "too short for an arena");
  const auto& header = *reinterpret_cast<const arena::ArenaHeader*>(bytes.data());
  if (header.store_device != folder->device || header.store_inode != folder->inode) {
    return not_ours(ref, "the arena belongs to the store this one was copied or moved from");
  }
  return {};
}

}  // namespace

Result<arena::ArenaSnapshot> read_arena(io::FileSystem& fs, const std::string& store,
                                        const segment::Uuid& uuid, const catalog::ArenaRef& ref) {
  if (Status status = check_origin(fs, store, ref); !status) return status;
  return arena::take_snapshot(fs, ref.path, uuid, ref.arena_id);
}

Result<std::unique_ptr<arena::ArenaWatch>> watch_arena(io::FileSystem& fs, const std::string& store,
                                                       const segment::Uuid& uuid,
                                                       const catalog::ArenaRef& ref) {
  if (Status status = check_origin(fs, store, ref); !status) return status;
  return arena::ArenaWatch::open(fs, ref.path, uuid, ref.arena_id);
}

std::optional<std::uint32_t> takeovers(io::FileSystem& fs, const std::string& lane_directory) {
  const auto ref = catalog::load_arena_ref(fs, lane_directory);
  if (!ref) return std::nullopt;
  return arena::takeovers(fs, ref->path, ref->arena_id);
}

}  // namespace reel::reader
