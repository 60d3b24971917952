#include "reader/reader_core.hpp"

#include <algorithm>

#include "reader/newest.hpp"

namespace reel::detail {
namespace {

// A store's folders are three deep; more is somebody else's and not followed for ever.
constexpr int kFolderDepthMax = 8;

std::uint64_t bytes_below(io::FileSystem& fs, const std::string& folder, int depth = 0) {
  std::uint64_t bytes = 0;
  const auto names = fs.list(folder);
  if (!names || depth == kFolderDepthMax) return 0;
  for (const std::string& name : *names) {
    const std::string path = io::join(folder, name);
    const auto info = fs.info(path);
    if (!info) continue;  // gone meanwhile
    bytes += info->is_directory ? bytes_below(fs, path, depth + 1) : info->size;
  }
  return bytes;
}

void add_lane(StoreInfo& info, const reader::Lane& lane) {
  info.segments += lane.segments.size();
  info.writer_alive |= lane.writer_alive;
  info.clean &= lane.catalog.clean && !lane.arena_ref && !lane.writer_alive;
  info.notes.insert(info.notes.end(), lane.notes.begin(), lane.notes.end());
  if (lane.arena_ref && info.arena_path.empty()) info.arena_path = lane.arena_ref->path;
}

// Every arena there is was read, and there is one.
bool all_arenas_seen(const reader::StoreView& store) {
  bool any = false;
  for (const reader::Lane& lane : store.lanes) {
    if (lane.arena_ref && lane.arena == nullptr) return false;
    any |= lane.arena != nullptr;
  }
  return any;
}

}  // namespace

Result<std::shared_ptr<ReaderCore>> ReaderCore::open(io::FileSystem& fs, std::string path,
                                                     ReaderOptions options) {
  std::shared_ptr<ReaderCore> core(new ReaderCore(fs, std::move(path), options));
  if (Status status = core->refresh(); !status) return status;
  return core;
}

Status ReaderCore::refresh() {
  if (view_ != nullptr) (void)damage();  // what the old view met stays known
  const bool exclusive = view_.use_count() == 1;
  auto view = reader::look(fs_, path_, options_, view_.get(), exclusive);
  if (!view) return view.status();
  view_ = *std::move(view);
  streams_known_ = false;
  streams_.clear();
  if (options_.strict && !damage().empty()) {
    const Damage& first = damage_.front();
    return Error{ErrorCode::damaged, 0, first.file, first.offset, first.what};
  }
  return {};
}

void ReaderCore::note(const Damage& damage) {
  const bool known = std::any_of(damage_.begin(), damage_.end(), [&](const Damage& d) {
    return d.file == damage.file && d.offset == damage.offset && d.what == damage.what;
  });
  if (!known) damage_.push_back(damage);
}

const std::vector<Damage>& ReaderCore::damage() {
  for (const reader::Lane& lane : view_->lanes) {
    for (const Damage& damage : lane.damage) note(damage);
    for (const reader::Segment& segment : lane.segments) {
      for (const Damage& damage : segment.reader->damage()) note(damage);
    }
  }
  return damage_;
}

const std::vector<reader::StreamParts>& ReaderCore::streams() {
  if (!streams_known_) streams_ = reader::all_streams(*view_);
  streams_known_ = true;
  return streams_;
}

StoreInfo ReaderCore::info() {
  StoreInfo info;
  info.store_uuid = catalog::uuid_text(view_->identity.uuid);
  info.clean = true;
  for (const reader::Lane& lane : view_->lanes) add_lane(info, lane);
  info.arena_seen = all_arenas_seen(*view_);
  info.streams = streams().size();
  for (const reader::StreamParts& parts : streams()) {
    const reader::JoinedFacts joined = reader::join_facts(parts);
    info.events += joined.facts.event_count;
    info.gaps += joined.facts.gap_records;
    info.gap_events += joined.facts.gap_events;
    info.arena_events += joined.arena_events;
  }
  info.bytes = bytes_below(fs_, path_);
  return info;
}

std::unique_ptr<CursorCore> ReaderCore::cursor(std::string_view id, std::string_view name_space,
                                               CursorCore::Range range) const {
  auto parts = find(name_space, id);
  if (!parts) return std::make_unique<CursorCore>();
  return std::make_unique<CursorCore>(view_, *std::move(parts), range, options_.strict);
}

std::vector<Envelope> ReaderCore::newest(const Newest& asked) {
  if (asked.count == 0) return {};
  reader::NewestEvents newest(view_, asked);
  const auto add = [&](const reader::StreamParts& parts) { newest.add(parts); };
  if (!asked.streams.empty()) {
    for (const std::string& id : asked.streams) {
      if (const auto parts = find(asked.name_space, id)) add(*parts);
    }
  } else if (asked.until_ms == std::numeric_limits<double>::infinity()) {
    for (const auto& parts : reader::latest_streams(*view_, asked.name_space, asked.count)) {
      add(parts);
    }
  } else {
    for (const reader::StreamParts& parts : streams()) {
      if (parts.name_space == asked.name_space) add(parts);
    }
  }
  return newest.take();
}

std::vector<std::unique_ptr<ColumnScanCore>> ReaderCore::scan_columns(
    const ColumnOptions& options) {
  return share_out(plan_columns(view_, streams(), options, options_.strict));
}

std::unique_ptr<ScanCore> ReaderCore::scan(std::optional<std::string_view> name_space) {
  return std::make_unique<ScanCore>(view_, streams(), name_space, options_.strict);
}

}  // namespace reel::detail
