// Where an arena lies. tmpfs is the first choice: on a disk's filesystem write-back takes pages
// away from under the hot path (microseconds a page, milliseconds at worst).
#include <cstdio>

#include "arena/arena.hpp"

namespace reel::arena {
namespace {

constexpr const char* kTmpfs = "/dev/shm";
constexpr const char* kBootIdFile = "/proc/sys/kernel/random/boot_id";
constexpr std::uint64_t kBootIdBytesMax = 128;

std::string arena_name(std::uint64_t arena_id) {
  char name[40];
  std::snprintf(name, sizeof name, "reel-%016llx.arena", static_cast<unsigned long long>(arena_id));
  return name;
}

bool tmpfs_has_room(io::FileSystem& fs, std::uint64_t bytes) {
  const auto space = fs.space(kTmpfs);
  return space && space->is_tmpfs && space->free_bytes >= bytes;
}

}  // namespace

Result<Place> choose_place(io::FileSystem& fs, ArenaPlace wish, const std::string& lane_directory,
                           std::uint64_t arena_id, std::uint64_t bytes) {
  const std::string name = arena_name(arena_id);
  const bool room = tmpfs_has_room(fs, bytes);
  if (wish == ArenaPlace::shm && !room) {
    return Error{ErrorCode::full, 0, kTmpfs, 0,
                 "no tmpfs with room for the arena here; choose arena = automatic or store, or a "
                 "smaller arena_bytes"};
  }
  if (wish != ArenaPlace::store && room) return Place{io::join(kTmpfs, name), true};
  const auto space = fs.space(lane_directory);
  return Place{io::join(lane_directory, name), space && space->is_tmpfs};
}

std::string boot_id(io::FileSystem& fs) {
  auto text = fs.read(kBootIdFile, kBootIdBytesMax);
  if (!text) return {};
  std::string id = *text;
  while (!id.empty() && (id.back() == '\n' || id.back() == '\0')) id.pop_back();
  return id;
}

}  // namespace reel::arena
