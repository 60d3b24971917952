#include "log/open_lane.hpp"

#include <algorithm>

#include "arena/arena.hpp"
#include "base/random.hpp"
#include "catalog/catalog.hpp"
#include "log/recovery.hpp"

namespace reel::log {
namespace {

constexpr std::uint32_t kLane = 0;

std::uint32_t chunk_count(const LogOptions& options) {
  return static_cast<std::uint32_t>(
      std::max<std::size_t>(options.arena_bytes / arena::kChunkBytes, 8));
}

// Fills an OpenLane, step by step.
class Opening {
 public:
  Opening(const Environment& environment, const std::string& path, const LogOptions& options)
      : fs_(*environment.fs), clock_(*environment.clock), path_(path), options_(options) {}

  Result<OpenLane> open() {
    auto identity = options_.create ? catalog::create_store(fs_, path_, clock_.wall_us())
                                    : catalog::load_store(fs_, path_);
    if (!identity) return identity.status();
    open_.directory = catalog::lane_directory(path_, kLane);
    if (Status status = fs_.create_directories(open_.directory); !status) return status;
    auto lock = fs_.lock(catalog::lock_file(open_.directory));
    if (!lock) return lock.status();
    open_.lock = std::move(*lock);
    if (Status status = open_segments(*identity); !status) return status;
    auto arena = make_arena(*identity);
    if (!arena) return arena.status();
    assemble(std::move(*arena));
    return std::move(open_);
  }

 private:
  Status open_segments(const catalog::StoreIdentity& identity);
  Result<std::unique_ptr<arena::Arena>> make_arena(const catalog::StoreIdentity& identity);
  Result<arena::ArenaOptions> arena_options(const catalog::StoreIdentity& identity);
  void assemble(std::unique_ptr<arena::Arena> arena);

  io::FileSystem& fs_;
  base::Clock& clock_;
  const std::string& path_;
  const LogOptions& options_;
  OpenLane open_;
};

Status Opening::open_segments(const catalog::StoreIdentity& identity) {
  auto lane_catalog = catalog::load_catalog(fs_, open_.directory);
  if (!lane_catalog) return lane_catalog.status();
  writer::SegmentLogOptions segment_options;
  segment_options.lane_directory = open_.directory;
  segment_options.store = identity.uuid;
  segment_options.lane = kLane;
  segment_options.segment_bytes_max = options_.segment_bytes_max;
  segment_options.segment_streams_max = options_.segment_streams_max;
  segment_options.zstd_level = options_.zstd_level;
  segment_options.snapshot_events = options_.snapshot_events;
  open_.segments = std::make_unique<writer::SegmentLog>(fs_, clock_, std::move(*lane_catalog),
                                                        std::move(segment_options));
  const RecoveryContext context{
      fs_, clock_, path_, open_.directory, identity.uuid, options_.zstd_level};
  return recover(context, *open_.segments, open_.recovery);
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
  options.lane = kLane;
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
  open_.registry =
      std::make_unique<StreamRegistry>(fs_, path_, open_.lane, clock_, std::move(index));
  writer::WriterOptions writer_options;
  writer_options.block_bytes = options_.block_bytes;
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
