#include "reader/verify_lane.hpp"

#include <algorithm>
#include <vector>

#include "reader/arena_access.hpp"

namespace reel::reader {
namespace {

// How often a lane's small files are read again because the store was closed meanwhile.
constexpr int kLooksMax = 8;

// The lane's small files at one moment.
struct LaneState {
  Result<catalog::LaneCatalog> catalog;
  Result<catalog::ArenaRef> arena_ref;
  bool writer_alive = false;

  bool clean() const { return catalog && catalog->clean; }
  bool has_ref() const { return arena_ref.ok(); }
  bool ref_absent() const { return !arena_ref && arena_ref.error().code == ErrorCode::not_found; }
};

LaneState read_state(const LaneCheck& check) {
  for (int i = 0;; ++i) {
    LaneState state{catalog::load_catalog(check.fs, check.directory),
                    catalog::load_arena_ref(check.fs, check.directory)};
    const auto locked = check.fs.is_locked(catalog::lock_file(check.directory));
    state.writer_alive = locked && *locked;
    // Closing says "clean" first and removes arena.ref then: look again, it may be just that.
    const bool odd = state.catalog && !state.clean() && state.ref_absent();
    if (!odd || i + 1 == kLooksMax) return state;
  }
}

// Only what the system refused; damage is no error here.
Status refusal_in(const LaneState& state) {
  for (const Status& status : {state.catalog.status(), state.arena_ref.status()}) {
    const ErrorCode code = status.error().code;
    if (code != ErrorCode::ok && code != ErrorCode::damaged && code != ErrorCode::not_found) {
      return status;
    }
  }
  return {};
}

std::uint64_t events_in(const arena::ArenaSnapshot& snapshot) {
  std::uint64_t events = 0;
  for (const auto& stream : snapshot.streams) {
    for (const auto& frame : stream.frames) events += frame.seq >= stream.written_seq;
  }
  return events;
}

void check_arena(const LaneCheck& check, const LaneState& state) {
  if (!check.store) return;  // nothing to know it by
  const catalog::ArenaRef& ref = *state.arena_ref;
  const auto snapshot = read_arena(check.fs, check.path, *check.store, ref);
  if (snapshot) {
    const std::string who = state.writer_alive ? "being written" : "not closed cleanly";
    check.note(who + "; the arena " + ref.path + " holds up to " +
               std::to_string(events_in(*snapshot)) + " events that are in no segment yet");
    if (snapshot->damaged_bytes > 0) check.damaged(ref.path, "bytes of the arena are no frames");
    return;
  }
  const auto after = catalog::load_arena_ref(check.fs, check.directory);
  if (!after || after->arena_id != ref.arena_id || after->consumed) return;  // closed meanwhile
  check.damaged(ref.path, "arena missing: events may be lost (" + snapshot.error().message + ")");
}

// Is nothing lost between the arena and the segments?
void check_handover(const LaneCheck& check, const LaneState& state) {
  if (!state.arena_ref && !state.ref_absent()) check.damaged(state.arena_ref.error());
  if (!state.catalog) return;
  if (state.clean()) {
    if (state.has_ref() && !state.writer_alive) {
      check.note("closing or opening was cut short after all was written; " +
                 state.arena_ref->path + " holds nothing more");
    }
    return;
  }
  if (state.ref_absent()) {
    check.damaged(catalog::arena_ref_file(check.directory), "arena missing: events may be lost");
  } else if (state.has_ref() && state.arena_ref->consumed) {
    check.note("recovery was cut short after all was written");
  } else if (state.has_ref()) {
    check_arena(check, state);
  }
}

const segment::SegmentSummary* find_listed(const catalog::LaneCatalog& catalog,
                                           std::uint64_t number) {
  const auto at = std::lower_bound(catalog.segments.begin(), catalog.segments.end(), number,
                                   [](const auto& s, std::uint64_t n) { return s.number < n; });
  return at != catalog.segments.end() && at->number == number ? &*at : nullptr;
}

void check_names(const LaneCheck& check, const LaneState& state,
                 const std::vector<std::string>& names) {
  const std::string arena = state.has_ref() ? state.arena_ref->path : std::string();
  for (const std::string& name : names) {
    const std::string path = io::join(check.directory, name);
    if (catalog::segment_number(name)) continue;
    if (name == "lock" || name == "catalog" || name == "arena.ref" || name == "compaction" ||
        path == arena) {
      count_file(check.fs, path, check.report);
    } else if (name.ends_with(".tmp")) {
      check.note("left over by a crash, means nothing: " + path);
    } else {
      check.note("set aside, or not a file of the store; not checked: " + path);
    }
  }
}

void check_segments(const LaneCheck& check, const LaneState& state,
                    const std::vector<std::string>& names) {
  const catalog::LaneCatalog catalog = state.catalog ? *state.catalog : catalog::LaneCatalog{};
  std::vector<std::uint64_t> present;
  for (const std::string& name : names) {
    const auto number = catalog::segment_number(name);
    if (!number) continue;
    if (catalog.find_void(*number) == nullptr) {
      present.push_back(*number);
    } else {
      check.note("left by a compaction, means nothing: " + io::join(check.directory, name));
    }
  }
  std::sort(present.begin(), present.end());
  for (const auto& listed : catalog.segments) {
    if (std::binary_search(present.begin(), present.end(), listed.number)) continue;
    const std::string path = catalog::segment_file(check.directory, listed.number);
    check.report.damage.push_back({path, 0, listed.bytes, "this segment is missing"});
  }
  for (const std::uint64_t number : present) {
    check_segment(check, catalog::segment_file(check.directory, number), number,
                  find_listed(catalog, number), state.clean());
    if (check.progress) check.progress(check.report);
  }
}

}  // namespace

void count_file(io::FileSystem& fs, const std::string& path, VerifyReport& report) {
  const auto info = fs.info(path);
  if (!info) return;
  ++report.files;
  report.bytes += info->size;
}

Status check_lane(const LaneCheck& check) {
  const LaneState state = read_state(check);
  if (Status status = refusal_in(state); !status) return status;
  if (!state.catalog) check.damaged(state.catalog.error());
  check_handover(check, state);
  if (state.catalog && !state.catalog->recovery.empty()) {
    check.note("the last recovery: " + state.catalog->recovery);
  }
  const auto names = check.fs.list(check.directory);
  if (!names) return names.status();
  check_names(check, state, *names);
  check_segments(check, state, *names);
  return {};
}

}  // namespace reel::reader
