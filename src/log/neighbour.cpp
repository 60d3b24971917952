#include "log/neighbour.hpp"

#include <algorithm>
#include <utility>

#include "catalog/catalog.hpp"
#include "log/other_slot.hpp"

namespace reel::log {
namespace {

using Place = Sighting::Place;

// Whoever holds a lane may take so many looks to be closed, or to die, and be followed by another.
constexpr int kLooksMax = 8;

}  // namespace

Neighbour::Neighbour(const LaneContext& context, std::uint32_t lane)
    : context_(context),
      lane_(lane),
      directory_(catalog::lane_directory(context.store, lane)),
      index_(context.fs, directory_) {}

Status Neighbour::look(RecoveryReport& report) {
  arena_.reset();
  looked_ = listed_ = false;
  Status status = look_now(report);
  looked_ = status.ok();
  return status;
}

Status Neighbour::look_now(RecoveryReport& report) {
  for (int i = 0;; ++i) {
    const auto locked = context_.fs.is_locked(catalog::lock_file(directory_));
    if (!locked) return locked.status();
    Status status = *locked ? join() : recover_lane(context_, lane_, report);
    // Somebody came in between.
    if (!status && status.error().code == ErrorCode::busy && i < kLooksMax && !*locked) continue;
    return status;
  }
}

// Whoever is only just opening the lane has no arena yet, and will announce itself here.
Status Neighbour::join() {
  const auto ref = catalog::load_arena_ref(context_.fs, directory_);
  if (!ref && ref.error().code != ErrorCode::not_found) return ref.status();
  if (!ref || ref->consumed) {
    // Being opened or recovered: only a clean catalog lists all that there is.
    const auto catalog = catalog::load_catalog(context_.fs, directory_);
    if (!catalog) return catalog.status();
    if (catalog->clean) return {};
    return Error{ErrorCode::busy, 0, directory_, 0,
                 "a process is only just opening this lane; try again"};
  }
  auto arena = arena::Arena::join(context_.fs, ref->path, context_.store_uuid, ref->arena_id);
  if (arena) {
    arena_ = *std::move(arena);
    return {};
  }
  const auto catalog = catalog::load_catalog(context_.fs, directory_);
  if (!catalog) return catalog.status();
  if (catalog->clean) return {};
  return Error{ErrorCode::busy, arena.error().sys_errno, ref->path, 0,
               "a process records into lane " + std::to_string(lane_) +
                   " of this store and its arena cannot be reached from here, so that the two "
                   "cannot agree who has which stream; run both as one user with one /dev/shm, or "
                   "with LogOptions::arena = store"};
}

void Neighbour::announce() noexcept {
  if (arena_ != nullptr) {
    arena_->header().arrivals.fetch_add(1, std::memory_order_seq_cst);
  }
}

void Neighbour::let_go() noexcept {
  if (arena_ == nullptr || is_open()) return;
  arena_.reset();
  looked_ = false;
}

Result<Sighting> Neighbour::find(std::string_view name_space, std::string_view id) {
  RecoveryReport ignored;  // the lane's catalog keeps a line of it
  for (int i = 0;; ++i) {
    let_go();
    if (!looked_) {
      if (Status status = look(ignored); !status) {
        if (status.error().code != ErrorCode::busy) return status;
        return Sighting{Place::moving, {}, lane_};
      }
    }
    auto sighting = find_now(name_space, id);
    if (!sighting) return sighting;
    if (sighting->place != Place::held && sighting->place != Place::moving) return sighting;
    const auto alive = context_.fs.is_locked(catalog::lock_file(directory_));
    if (!alive) return alive.status();
    if (*alive || i == kLooksMax) {
      arena_->header().asks.fetch_add(1, std::memory_order_release);
      return sighting;
    }
    looked_ = false;
  }
}

Result<Sighting> Neighbour::find_now(std::string_view name_space, std::string_view id) {
  const std::uint64_t hash = arena::name_hash(name_space, id);
  Sighting sighting;
  if (arena_ != nullptr) sighting = in_table(name_space, id, hash);
  sighting.lane = lane_;
  if (sighting.place == Place::held || sighting.place == Place::moving) return sighting;
  const auto known = in_segments(name_space, id, hash);
  if (!known) return known.status();
  if (*known && (sighting.place == Place::nowhere || (*known)->is_after(sighting.stream))) {
    sighting.place = Place::at_rest;
    sighting.stream = **known;
  }
  return sighting;
}

// A name may have two slots for a while: of a stream that came back here before its old slot was
// given up.
Sighting Neighbour::in_table(std::string_view name_space, std::string_view id, std::uint64_t hash) {
  Sighting furthest;
  const std::uint32_t tag = arena::tag_of(hash);
  const std::uint32_t slots = std::min(arena_->slots_reserved(),
                                       arena_->header().slots_used.load(std::memory_order_seq_cst));
  for (std::uint32_t i = 0; i < slots; ++i) {
    if (arena_->tag(i).load(std::memory_order_seq_cst) != tag) continue;
    const OtherSlot slot = read_other_slot(*arena_, i, name_space, id);
    switch (slot.state) {
      case OtherSlot::State::other_name:
        break;
      case OtherSlot::State::at_rest:
        if (furthest.place == Place::nowhere || slot.stream.is_after(furthest.stream)) {
          furthest.place = Place::at_rest;
          furthest.stream = slot.stream;
        }
        break;
      case OtherSlot::State::held:
        arena_->slot(i).wanted.store(1, std::memory_order_relaxed);
        return {Place::held, slot.stream, 0, false};
      case OtherSlot::State::moving:
        return {Place::moving, slot.stream, 0, slot.opening};
    }
  }
  return furthest;
}

Result<std::optional<KnownStream>> Neighbour::in_segments(std::string_view name_space,
                                                          std::string_view id, std::uint64_t hash) {
  // Filters first: one that was cleared meanwhile was listed before.
  const bool may_be_unlisted = arena_ != nullptr && (arena_->filter(0).may_contain(hash) ||
                                                     arena_->filter(1).may_contain(hash));
  if (Status status = read_list(); !status) return status;
  auto listed = index_.find(name_space, id);
  // A compaction may have come between the list and its files.
  for (int i = 0; listed && index_.some_gone() && i < kLooksMax; ++i) {
    listed_ = false;
    if (Status status = read_list(); !status) return status;
    listed = index_.find(name_space, id);
  }
  if (!listed || !may_be_unlisted) return listed;
  auto unlisted = index_.find_unlisted(name_space, id);
  if (!unlisted) return unlisted;
  return *unlisted && (!*listed || (*unlisted)->is_after(**listed)) ? unlisted : listed;
}

Status Neighbour::read_list() {
  const std::uint32_t listings =
      arena_ == nullptr ? 0 : arena_->header().listings.load(std::memory_order_acquire);
  if (listed_ && listings == listings_) return {};
  const auto catalog = catalog::load_catalog(context_.fs, directory_);
  if (!catalog) return catalog.status();
  index_.replace(*catalog);
  listings_ = listings;
  listed_ = true;
  return {};
}

}  // namespace reel::log
