#include "store/backup_look.hpp"

#include <algorithm>

#include "reader/arena_access.hpp"

namespace reel::store {
namespace {

// Of an arena that was not seen: is it there by now? Else it is told why.
bool is_seen_now(io::FileSystem& fs, const reader::Lane& lane, BackupLook& look) {
  const catalog::ArenaRef& ref = *lane.arena_ref;
  const auto arena = reader::read_arena(fs, look.view->path, look.view->identity.uuid, ref);
  if (arena.ok()) return true;
  const std::string what = "what was only in this arena is not in the backup: ";
  // One that is gone, or of another store or run of the machine, would be no recovery's either.
  if (lane.writer_alive || arena.error().code == ErrorCode::io) {
    look.damage.push_back({ref.path, 0, 0, what + arena.error().message});
  } else {
    look.notes.push_back(ref.path + ": " + what + arena.error().message);
  }
  return false;
}

bool is_settled(io::FileSystem& fs, BackupLook& look) {
  if (look.view->unsettled) return false;
  look.damage.clear();
  look.notes.clear();
  return std::all_of(look.view->lanes.begin(), look.view->lanes.end(),
                     [&](const reader::Lane& lane) {
                       if (!lane.settled) return false;
                       if (lane.catalog.clean || !lane.arena_ref || lane.arena) return true;
                       return !is_seen_now(fs, lane, look);
                     });
}

}  // namespace

Result<BackupLook> look_at_rest(io::FileSystem& fs, const std::string& store,
                                const ReaderOptions& options, BackupControls& controls) {
  constexpr int kLooksMax = 16;
  BackupLook look;
  for (int i = 0; i < kLooksMax; ++i) {
    if (Status status = controls.take_tombstones(); !status) return status;
    auto view = reader::look(fs, store, options, look.view.get(), false);
    if (!view) return view.status();
    look.view = *std::move(view);
    const auto settled = controls.settle(*look.view);
    if (!settled) return settled.status();
    if (*settled && is_settled(fs, look)) return look;
  }
  return Error{ErrorCode::busy, 0, store, 0,
               "the store changes faster than it can be looked at as a whole; try again"};
}

}  // namespace reel::store
