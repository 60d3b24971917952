// The eraser's side of an erasure: lanes that nobody records in are compacted here, the others are
// asked (catalog/erasure_request.hpp) and do it themselves (log/log_erasure.cpp).
#include "store/erase_stream.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "catalog/erasure_request.hpp"
#include "catalog/open_listed.hpp"
#include "catalog/saved_snapshots.hpp"
#include "catalog/tombstone.hpp"
#include "log/compact_store.hpp"
#include "merge/journal.hpp"
#include "reader/stream_parts.hpp"
#include "segment/segment_reader.hpp"
#include "store/control.hpp"

namespace reel::store {
namespace {

// Removed by a merge between a look at the catalog and a look at the file.
constexpr int kLooksMax = 8;

}  // namespace

// Those that a tombstone names, and what lies in segments of lives before them.
Status Erasure::find_lives() {
  const auto deleted = catalog::list_deleted(fs_, path_);
  if (!deleted) return deleted.status();
  for (const std::uint64_t incarnation : *deleted) {
    const auto tombstone = catalog::load_tombstone(fs_, path_, incarnation);
    if (!tombstone || tombstone->stream_id != id_ || tombstone->name_space != name_space_) continue;
    receipt_.incarnations.push_back(incarnation);
    newest_ = std::max(newest_, tombstone->ordinal);
  }
  if (receipt_.incarnations.empty()) {
    return Error{ErrorCode::not_found, 0, path_, 0, "nothing of this stream is in the store"};
  }
  return find_older_lives();
}

Status Erasure::find_older_lives() {
  const auto lanes = catalog::list_lanes(fs_, path_);
  if (!lanes) return lanes.status();
  for (const std::uint32_t lane : *lanes) {
    const auto lives = lives_in(catalog::lane_directory(path_, lane));
    // What is damaged is told of by who writes it anew.
    if (!lives && lives.error().code != ErrorCode::io) continue;
    if (!lives) return lives.status();
    for (const Life& life : *lives) {
      if (is_one_of_them(life.incarnation)) continue;
      Status status = catalog::save_tombstone(fs_, path_,
                                              {std::string(name_space_), std::string(id_),
                                               life.incarnation, life.ordinal, clock_.wall_us()});
      if (!status) return status;
      receipt_.incarnations.push_back(life.incarnation);
    }
  }
  std::sort(receipt_.incarnations.begin(), receipt_.incarnations.end());
  return {};
}

bool Erasure::is_one_of_them(std::uint64_t incarnation) const {
  return std::count(receipt_.incarnations.begin(), receipt_.incarnations.end(), incarnation) != 0;
}

// Of all lanes, or of those whose processes have gone meanwhile.
Status Erasure::compact(std::optional<std::vector<std::uint32_t>> lanes) {
  const auto done =
      log::compact_free_lanes(fs_, path_, options_.compact, {receipt_.incarnations, lanes});
  if (!done) return done.status();
  receipt_.events += done->report.dropped_events;
  receipt_.segments += done->report.changed ? done->report.after.segments : 0;
  waiting_.insert(done->busy.begin(), done->busy.end());
  return {};
}

// Another eraser may remove the folder, when it has all its answers.
Status Erasure::ask_for(const catalog::ErasureRequest& request) {
  Status status;
  for (int looks = 0; looks < kLooksMax; ++looks) {
    status = catalog::ask_for_erasure(fs_, path_, request, clock_.wall_us());
    if (status || status.error().code != ErrorCode::not_found) break;
  }
  return status;
}

Status Erasure::ask(std::uint32_t lane) {
  for (const std::uint64_t incarnation : receipt_.incarnations) {
    if (Status status = ask_for({lane, incarnation}); !status) return status;
  }
  return {};
}

// True: the lane's process has answered for all of the stream's lives. A request that is gone
// without an answer was another eraser's, too, who has heard it: it is asked again, and has little
// to do.
Result<bool> Erasure::hear(std::uint32_t lane) {
  const auto asked = catalog::erasures_asked(fs_, path_, lane);
  if (!asked) return asked.status();
  std::vector<catalog::ErasureAnswer> answers;
  for (const std::uint64_t incarnation : receipt_.incarnations) {
    const auto answer = catalog::erasure_answer(fs_, path_, {lane, incarnation});
    if (!answer) return answer.status();
    if (*answer) answers.push_back(**answer);
    if (*answer || std::binary_search(asked->begin(), asked->end(), incarnation)) continue;
    const auto deleted = catalog::is_deleted(fs_, path_, incarnation);
    if (!deleted) return deleted.status();
    // All lanes were compacted meanwhile, and it went with its tombstone.
    if (!*deleted) answers.push_back({});
    if (!*deleted) continue;
    if (Status status = ask_for({lane, incarnation}); !status) return status;
  }
  if (answers.size() < receipt_.incarnations.size()) return false;
  ++receipt_.live_lanes;
  for (const catalog::ErasureAnswer& answer : answers) {
    receipt_.events += answer.events;
    receipt_.segments += answer.segments;
  }
  return true;
}

Status Erasure::forget(std::uint32_t lane) {
  for (const std::uint64_t incarnation : receipt_.incarnations) {
    Status status = catalog::forget_erasure(fs_, path_, {lane, incarnation});
    if (!status) return status;
  }
  return {};
}

// One look at those that were asked.
Status Erasure::look() {
  std::vector<std::uint32_t> left;
  for (const std::uint32_t lane : std::set(waiting_)) {
    const auto answered = hear(lane);
    if (!answered) return answered.status();
    const auto locked = fs_.is_locked(catalog::lock_file(catalog::lane_directory(path_, lane)));
    if (!*answered && locked && *locked) continue;
    if (!*answered) left.push_back(lane);
    waiting_.erase(lane);
    if (Status status = forget(lane); !status) return status;
  }
  if (left.empty()) return {};
  const auto before = waiting_;
  if (Status status = compact(left); !status) return status;
  for (const std::uint32_t lane : waiting_) {  // taken by another process meanwhile
    if (before.contains(lane)) continue;
    if (Status status = ask(lane); !status) return status;
  }
  return {};
}

Status Erasure::wait_for_lanes() {
  for (const std::uint32_t lane : waiting_) {
    if (Status status = ask(lane); !status) return status;
  }
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.wait_ms);
  for (;;) {
    if (Status status = look(); !status) return status;
    if (waiting_.empty()) return {};
    if (std::chrono::steady_clock::now() >= deadline) break;
    pause_();
  }
  return Error{ErrorCode::busy, 0, catalog::lane_directory(path_, *waiting_.begin()), 0,
               "the process that records here has not erased the stream yet; it is hidden, and "
               "erased as soon as that process comes to it: erase again to wait for it"};
}

// Lives of the stream that segments of the lane hold, but for newer ones than those that were
// deleted.
Result<std::vector<Erasure::Life>> Erasure::lives_in(const std::string& directory) const {
  const auto catalog = catalog::load_catalog(fs_, directory);
  if (!catalog) return catalog.status();
  std::vector<Life> lives;
  for (const auto& listed : catalog->segments) {
    const auto reader = catalog::open_same(fs_, directory, listed);
    if (!reader) return reader.status();
    for (const std::uint32_t number : (*reader)->find(name_space_, id_)) {
      const segment::StreamIdentity life = (*reader)->stream(number).identity;
      if (life.ordinal <= newest_) lives.push_back({life.incarnation, life.ordinal});
    }
  }
  return lives;
}

Status Erasure::check_segments(const std::string& directory) const {
  for (int looks = 1;; ++looks) {
    const auto found = lives_in(directory);
    if (!found && found.error().code == ErrorCode::not_found && looks < kLooksMax) continue;
    if (!found) return found.status();
    if (found->empty()) return {};
    return Error{ErrorCode::busy, 0, directory, 0,
                 "a segment that came up meanwhile holds an older life of the stream; erase again"};
  }
}

// What lies beside the files that a catalog lists, and is none of those that a process which
// records has there. "": nothing.
Result<std::string> Erasure::stranger_in(const std::string& directory) const {
  const bool live = is_live(directory);
  const auto names = fs_.list(directory);
  if (!names) return names.status();
  const auto catalog = catalog::load_catalog(fs_, directory);
  if (!catalog) return catalog.status();
  const auto arena = catalog::load_arena_ref(fs_, directory);
  const std::uint64_t last = catalog->segments.empty() ? 0 : catalog->segments.back().number;
  const auto is_writers = [&](const std::string& name) {
    const std::string file = io::join(directory, name);
    const auto number = catalog::segment_number(name);
    if (number) return *number > last || catalog->find_void(*number) != nullptr;
    return name.ends_with(".tmp") || file == catalog::arena_ref_file(directory) ||
           file == merge::journal_file(directory) || (arena && file == arena->path);
  };
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    const bool listed = number ? catalog->is_listed(*number) : name == "catalog" || name == "lock";
    if (!listed && !((live || is_live(directory)) && is_writers(name))) return name;
  }
  return std::string();
}

bool Erasure::is_live(const std::string& directory) const {
  const auto locked = fs_.is_locked(catalog::lock_file(directory));
  return !locked || *locked;
}

// A stranger is one that is still there at a second look: files come and go where a process
// records.
Status Erasure::check_files(const std::string& directory) const {
  std::string before;
  for (;;) {
    const auto name = stranger_in(directory);
    if (!name) return name.status();
    if (name->empty()) return {};
    if (*name == before) break;
    before = *name;
    pause_();
  }
  return Error{ErrorCode::contradiction, 0, io::join(directory, before), 0,
               "this file was set aside, or is not the store's, and may hold some of the stream; "
               "the segments do not any more. Look at it, remove it, and erase again"};
}

Status Erasure::check_lanes() const {
  const auto lanes = catalog::list_lanes(fs_, path_);
  if (!lanes) return lanes.status();
  for (const std::uint32_t lane : *lanes) {
    const std::string directory = catalog::lane_directory(path_, lane);
    Status status = check_segments(directory);
    if (status) status = check_files(directory);
    if (!status) return status;
  }
  return {};
}

// Somebody may have saved one while lanes were waited for. Those of a new life are its own.
Status Erasure::drop_late_snapshots() {
  const auto view = reader::look(fs_, path_, {}, nullptr, false);
  if (!view) return view.status();
  if (reader::find_stream(**view, name_space_, id_)) return {};
  return catalog::SavedSnapshots(fs_, path_, name_space_, id_).drop();
}

Result<ErasureReceipt> Erasure::run() {
  const auto identity = catalog::load_store(fs_, path_);
  if (!identity) return identity.status();
  constexpr std::uint32_t kReleaseMs = 2500;
  const auto deleted =
      delete_stream(fs_, path_, id_, name_space_, std::min(options_.wait_ms, kReleaseMs));
  if (!deleted) return deleted.status();
  Status status = find_lives();
  if (status) status = compact(std::nullopt);
  if (status) status = wait_for_lanes();
  if (status) status = check_lanes();
  if (status) status = drop_late_snapshots();
  for (const std::uint64_t incarnation : receipt_.incarnations) {
    if (status) status = catalog::forget_names(fs_, path_, incarnation);
  }
  if (!status) return status;
  receipt_.store_uuid = catalog::uuid_text(identity->uuid);
  receipt_.name_space = name_space_;
  receipt_.stream_id = id_;
  receipt_.erased_us = clock_.wall_us();
  return std::move(receipt_);
}

}  // namespace reel::store

namespace reel {

Result<ErasureReceipt> erase_stream(const std::string& path, std::string_view stream_id,
                                    std::string_view name_space, EraseOptions options) {
  static constexpr std::chrono::milliseconds kPause(20);
  return store::Erasure(io::posix(), base::system_clock(), path, stream_id, name_space,
                        std::move(options), [] { std::this_thread::sleep_for(kPause); })
      .run();
}

}  // namespace reel
