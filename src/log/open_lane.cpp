#include "log/open_lane.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "arena/arena.hpp"
#include "base/random.hpp"
#include "catalog/catalog.hpp"
#include "log/lane_recovery.hpp"
#include "log/neighbours.hpp"

namespace reel::log {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::uint32_t kLanesMax = 10000;
// Who makes a store, or opens a lane, at the same moment is done with what matters here by then.
constexpr std::chrono::milliseconds kPatience{1000}, kPause{1};

std::uint32_t chunk_count(const LogOptions& options) {
  return static_cast<std::uint32_t>(
      std::max<std::size_t>(options.arena_bytes / arena::kChunkBytes, 8));
}

Status status_of(const Status& status) { return status; }
template <class Value>
Status status_of(const Result<Value>& result) {
  return result.status();
}

// Once more while somebody is in the way.
template <class Try>
auto patiently(Try attempt) {
  const auto deadline = Steady::now() + kPatience;
  for (;;) {
    auto result = attempt();
    const Status status = status_of(result);
    if (status || status.error().code != ErrorCode::busy || Steady::now() >= deadline)
      return result;
    std::this_thread::sleep_for(kPause);
  }
}

// Fills an OpenLane, step by step.
class Opening {
 public:
  Opening(const Environment& environment, const std::string& path, const LogOptions& options)
      : fs_(*environment.fs), clock_(*environment.clock), path_(path), options_(options) {}

  Result<OpenLane> open();

 private:
  Status take_lane();
  std::uint64_t disk_reserve();
  Result<std::unique_ptr<arena::Arena>> make_arena(const catalog::StoreIdentity& identity);
  Result<arena::ArenaOptions> arena_options(const catalog::StoreIdentity& identity);
  void assemble(std::unique_ptr<arena::Arena> arena);
  Status let_in(const LaneContext& context, arena::Arena& arena);

  io::FileSystem& fs_;
  base::Clock& clock_;
  const std::string& path_;
  const LogOptions& options_;
  std::uint32_t number_ = 0;
  std::unique_ptr<Neighbours> neighbours_;
  OpenLane open_;
};

Result<OpenLane> Opening::open() {
  auto identity = patiently([&] {
    return options_.create ? catalog::create_store(fs_, path_, clock_.wall_us())
                           : catalog::load_store(fs_, path_);
  });
  if (!identity) return identity.status();
  if (Status status = take_lane(); !status) return status;
  const LaneContext context = lane_context(fs_, clock_, path_, identity->uuid, options_);
  auto segments = open_segments(context, number_, open_.recovery);
  if (!segments) return segments.status();
  open_.segments = *std::move(segments);
  open_.segments->set_disk_reserve(disk_reserve());
  open_.store_uuid = identity->uuid;
  auto arena = make_arena(*identity);
  if (!arena) return arena.status();
  if (Status status = let_in(context, **arena); !status) {
    (*arena)->header().ended.store(1, std::memory_order_release);
    (void)fs_.remove(open_.arena_path);  // nothing is in it
    (void)fs_.remove(catalog::arena_ref_file(open_.directory));
    open_.segments->catalog().clean = true;
    (void)open_.segments->save_catalog();
    return status;
  }
  assemble(std::move(*arena));
  return std::move(open_);
}

// The first that nobody holds; a new one where all are held.
Status Opening::take_lane() {
  for (number_ = 0; number_ < kLanesMax; ++number_) {
    open_.directory = catalog::lane_directory(path_, number_);
    if (Status status = fs_.create_directories(open_.directory); !status) return status;
    auto lock = fs_.lock(catalog::lock_file(open_.directory));
    if (lock) open_.lock = std::move(*lock);
    if (lock || lock.error().code != ErrorCode::busy) return lock.status();
  }
  return Error{ErrorCode::busy, 0, path_, 0,
               "as many processes write this store as it may have lanes; close some"};
}

// A small disk, or one that is nearly full already, can be recorded on all the same.
std::uint64_t Opening::disk_reserve() {
  constexpr std::uint64_t kShare = 8;
  const auto space = fs_.space(path_);
  return space ? std::min(options_.disk_reserve_bytes, space->free_bytes / kShare) : 0;
}

// From here on the other lanes know of this one, and it of them.
Status Opening::let_in(const LaneContext& context, arena::Arena& arena) {
  neighbours_ = std::make_unique<Neighbours>(context, number_, arena);
  return patiently([&] { return neighbours_->announce(open_.recovery); });
}

Result<arena::ArenaOptions> Opening::arena_options(const catalog::StoreIdentity& identity) {
  auto folder = fs_.info(path_);
  if (!folder) return folder.status();
  arena::ArenaOptions options;
  options.store = identity.uuid;
  options.store_device = folder->device;
  options.store_inode = folder->inode;
  options.arena_id = base::random_nonzero_u64();
  options.last_segment = open_.segments->catalog().next_number - 1;
  options.created_us = clock_.wall_us();
  options.boot_id = arena::boot_id(fs_);
  options.lane = number_;
  options.slot_count = std::max(options_.open_streams_max, 1u);
  options.chunk_count = chunk_count(options_);
  return options;
}

Result<std::unique_ptr<arena::Arena>> Opening::make_arena(const catalog::StoreIdentity& identity) {
  auto options = arena_options(identity);
  if (!options) return options.status();
  const std::uint64_t bytes = arena::arena_file_bytes(options->slot_count, options->chunk_count);
  auto place = arena::choose_place(fs_, options_.arena, open_.directory, options->arena_id, bytes);
  if (!place) return place.status();
  open_.arena_path = place->path;
  open_.arena_on_tmpfs = place->on_tmpfs;

  // arena.ref names the arena before it holds an event, and the catalog says "not clean" before
  // that too, so that whatever is recorded will be looked for.
  catalog::ArenaRef ref{open_.arena_path, options->arena_id, options->boot_id, false};
  if (Status status = catalog::save_arena_ref(fs_, open_.directory, ref); !status) return status;
  auto made = arena::Arena::create(fs_, open_.arena_path, *options);
  if (!made) return made.status();
  open_.segments->catalog().clean = false;
  if (Status status = open_.segments->save_catalog(); !status) return status;
  return made;
}

void Opening::assemble(std::unique_ptr<arena::Arena> arena) {
  record::LaneOptions lane_options;
  lane_options.overflow = options_.overflow;
  lane_options.block_deadline_ms = options_.block_deadline_ms;
  lane_options.event_bytes_max = options_.event_bytes_max;
  if (options_.redact || options_.redact_tokens) {
    lane_options.redaction = std::make_shared<const record::RedactionHooks>(
        record::RedactionHooks{options_.redact, options_.redact_tokens});
  }
  open_.lane =
      std::make_shared<record::Lane>(std::move(arena), lane_options, options_.clock, clock_);
  SegmentIndex index(fs_, open_.directory);
  // Without a thread of its own it may be this thread that the other lane waits for.
  const auto patience = options_.writer_thread ? kPatience : std::chrono::milliseconds(0);
  open_.registry = std::make_unique<StreamRegistry>(
      fs_, path_, open_.lane, clock_, std::move(index), std::move(neighbours_), patience);
  writer::WriterOptions writer_options;
  writer_options.batch_bytes = options_.batch_bytes;
  writer_options.sync_interval_us = std::int64_t{options_.sync_interval_ms} * 1000;
  open_.writer = std::make_unique<writer::Writer>(*open_.lane, *open_.segments, *open_.registry,
                                                  clock_, writer_options);
}

}  // namespace

Environment system_environment() { return {&io::posix(), &base::system_clock()}; }

Result<OpenLane> open_lane(const Environment& environment, const std::string& path,
                           const LogOptions& options) {
  return Opening(environment, path, options).open();
}

}  // namespace reel::log
