#include "log/recovery.hpp"

#include <algorithm>

#include "arena/arena.hpp"
#include "arena/snapshot.hpp"
#include "catalog/catalog.hpp"
#include "log/arena_mover.hpp"
#include "segment/segment_reader.hpp"

namespace reel::log {
namespace {

// Opens a segment that is not in the catalog. Where that does not mean that the catalog is old, a
// power cut may have come before all of it was on the disk, whatever its end says.
Result<std::unique_ptr<segment::SegmentReader>> open_unlisted(const RecoveryContext& context,
                                                              const std::string& path,
                                                              bool catalog_is_old,
                                                              RecoveryReport& report) {
  auto reader = segment::SegmentReader::open(context.fs, path);
  if (!reader || catalog_is_old || !(*reader)->sealed()) return reader;
  const std::uint64_t front = (*reader)->front_bytes();
  const std::uint64_t all = (*reader)->summary().bytes;
  if (front == all) return reader;
  report.torn_bytes += all - front;
  return segment::SegmentReader::open(context.fs, path, {.valid_bytes = front});
}

// Is something missing that came before anything in this segment? Then a power cut took it, and
// nobody was told that anything here is durable.
bool is_cut_off(const catalog::LaneCatalog& lane, const segment::SegmentOptions& segment) {
  return std::any_of(lane.segments.begin(), lane.segments.end(), [&](const auto& before) {
    return before.number == segment.after_number && before.bytes < segment.after_bytes;
  });
}

Status set_aside(const RecoveryContext& context, const std::string& path, RecoveryReport& report) {
  if (Status status = context.fs.rename(path, path + ".torn"); !status) return status;
  report.quarantined = path + ".torn";
  return {};
}

enum class Trust { yes, gone, foreign };

// May this arena's frames be taken? Its header must name this store, in this folder, this boot.
// Only an arena that is certainly not there is gone: what could not be looked at now may be later.
Result<Trust> inspect(const RecoveryContext& context, const catalog::ArenaRef& ref,
                      RecoveryReport& report) {
  const std::string boot = arena::boot_id(context.fs);
  auto mapping = context.fs.map(ref.path);
  if (!mapping && mapping.error().code != ErrorCode::not_found) return mapping.status();
  if (!mapping) {
    report.arena_missing = true;
    report.notes.push_back(ref.boot_id == boot
                               ? "the arena " + ref.path + " is gone; what was only in it is lost"
                               : "the machine was restarted; what was only in the arena " +
                                     ref.path + " is lost");
    return Trust::gone;
  }
  const std::string_view bytes = (*mapping)->bytes();
  const auto refuse = [&](const std::string& why) {
    report.notes.push_back("the arena " + ref.path + " " + why + "; it is left as it is");
    report.quarantined = ref.path;
    return Trust::foreign;
  };
  if (bytes.size() < arena::kPageBytes) return refuse("is too short");
  const auto& header = *reinterpret_cast<const arena::ArenaHeader*>(bytes.data());
  const arena::HeaderFault fault = arena::header_fault(header);
  if (fault == arena::HeaderFault::broken) return refuse("has a broken header");
  if (!(header.store == context.store_uuid) || header.arena_id != ref.arena_id) {
    return refuse("belongs to another store");
  }
  const auto folder = context.fs.info(context.store);
  if (!folder) return folder.status();
  if (folder->device != header.store_device || folder->inode != header.store_inode) {
    return refuse("belongs to the store this one was copied or moved from");
  }
  if (boot.empty() && !ref.boot_id.empty()) {
    return Error{ErrorCode::io, 0, ref.path, 0,
                 "the system does not say now whether the machine was restarted since this arena "
                 "was made; open the store again when /proc can be read"};
  }
  if (ref.boot_id != boot) return refuse("is from before the machine was restarted");
  if (fault == arena::HeaderFault::other_version) {
    return Error{ErrorCode::not_a_store, 0, ref.path, 0,
                 "this arena, which holds what was recorded last, is of format version " +
                     std::to_string(header.version) +
                     "; open the store once with the reel that made it, or remove the arena to "
                     "give that up"};
  }
  return Trust::yes;
}

Status move_arena(const RecoveryContext& context, const catalog::ArenaRef& ref,
                  writer::SegmentLog& segments, RecoveryReport& report) {
  auto snapshot = arena::take_snapshot(context.fs, ref.path, context.store_uuid, ref.arena_id);
  if (!snapshot) return snapshot.status();
  if (snapshot->damaged_bytes > 0) {
    report.notes.push_back(std::to_string(snapshot->damaged_bytes) +
                           " committed bytes of the arena are no frames");
  }
  SegmentIndex index(context.fs, context.lane_directory);
  for (const auto& segment : segments.catalog().segments) index.add(segment);
  if (Status status = ArenaMover(context, segments, index, report).move(*snapshot); !status) {
    return status;
  }
  return segments.seal();
}

// Other lanes may have the arena mapped.
void let_others_go(const RecoveryContext& context, const catalog::ArenaRef& ref) {
  const auto arena = arena::Arena::join(context.fs, ref.path, context.store_uuid, ref.arena_id);
  if (arena) (*arena)->header().ended.store(1, std::memory_order_release);
}

// Everything in the arena goes into segments, if it can be trusted; then it is not needed any more.
Status consume_arena(const RecoveryContext& context, catalog::ArenaRef& ref,
                     writer::SegmentLog& segments, RecoveryReport& report) {
  const auto trust = inspect(context, ref, report);
  if (!trust || *trust != Trust::yes) return trust.status();
  if (Status status = move_arena(context, ref, segments, report); !status) return status;
  ref.consumed = true;
  Status status = catalog::save_arena_ref(context.fs, context.lane_directory, ref);
  if (!status) return status;
  let_others_go(context, ref);
  (void)context.fs.remove(ref.path);
  return {};
}

std::string one_line(const RecoveryReport& report) {
  std::string line = "recovered " + std::to_string(report.recovered_events) + " events of " +
                     std::to_string(report.recovered_streams) + " streams from the arena; " +
                     std::to_string(report.torn_bytes) + " torn bytes skipped";
  for (const std::string& note : report.notes) line += "; " + note;
  return line;
}

}  // namespace

Status adopt_segments(const RecoveryContext& context, writer::SegmentLog& segments,
                      RecoveryReport& report) {
  catalog::LaneCatalog& lane = segments.catalog();
  auto names = context.fs.list(context.lane_directory);
  if (!names) return names.status();
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number) continue;
    if (lane.is_listed(*number) || lane.find_void(*number) != nullptr) continue;
    numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  for (const std::uint64_t number : numbers) {
    const std::string path = catalog::segment_file(context.lane_directory, number);
    lane.next_number = std::max(lane.next_number, number + 1);
    auto reader = open_unlisted(context, path, lane.clean, report);
    if (!reader && reader.error().code != ErrorCode::damaged) return reader.status();
    if (!reader) {
      // Not even its header is whole: the process died before it wrote anything.
      report.notes.push_back(reader.error().to_string());
      if (Status status = set_aside(context, path, report); !status) return status;
      continue;
    }
    if (is_cut_off(lane, (*reader)->header())) {
      report.notes.push_back(path + " is set aside: what came before it was lost");
      if (Status status = set_aside(context, path, report); !status) return status;
      continue;
    }
    segment::SegmentSummary summary = (*reader)->summary();
    summary.number = number;
    report.torn_bytes += (*reader)->torn_bytes();
    // It may be in the page cache only, and the arena that could repeat it is about to go.
    if (Status status = context.fs.sync_file(path); !status) return status;
    if (!summary.sealed) summary.digest = catalog::torn_digest(context.fs, path, summary.bytes);
    lane.segments.push_back(summary);
  }
  return numbers.empty() ? Status() : context.fs.sync_directory(context.lane_directory);
}

Status recover(const RecoveryContext& context, writer::SegmentLog& segments,
               RecoveryReport& report) {
  auto ref = catalog::load_arena_ref(context.fs, context.lane_directory);
  const bool has_ref = ref.ok();
  if (!has_ref && ref.error().code != ErrorCode::not_found) return ref.status();
  const std::size_t listed = segments.catalog().segments.size();
  if (Status status = adopt_segments(context, segments, report); !status) return status;
  if (segments.catalog().clean && segments.catalog().segments.size() > listed) {
    // A clean catalog lists all segments, so this is not the one that was saved last.
    report.clean = false;
    report.notes.push_back("the catalog was missing or old; segments were found by their names");
    segments.catalog().recovery = one_line(report);
    if (Status status = segments.save_catalog(); !status) return status;
  }
  if (segments.catalog().clean && !has_ref) return {};

  if (segments.catalog().clean || (has_ref && ref->consumed)) {
    // Everything is in segments; only the tidying was cut short. (A copy of the store names the
    // original's arena: that one is not ours to remove.)
    RecoveryReport ignored;
    const auto trust = inspect(context, *ref, ignored);
    if (trust && *trust == Trust::yes) (void)context.fs.remove(ref->path);
  }
  if (!segments.catalog().clean) {
    report.clean = false;
    if (!has_ref) {
      report.arena_missing = true;
      report.notes.push_back("the store was not closed and names no arena; events may be lost");
    } else if (!ref->consumed) {
      if (Status status = consume_arena(context, *ref, segments, report); !status) return status;
    }
    // Now nothing depends on the arena any more: as good as closed.
    segments.catalog().recovery = one_line(report);
    segments.catalog().clean = true;
    if (Status status = segments.save_catalog(); !status) return status;
  }
  if (has_ref) {
    (void)context.fs.remove(catalog::arena_ref_file(context.lane_directory));
  }
  return {};
}

}  // namespace reel::log
