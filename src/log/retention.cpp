#include "log/retention.hpp"

#include <algorithm>

#include "arena/arena_view.hpp"
#include "catalog/open_listed.hpp"
#include "catalog/tombstone.hpp"
#include "segment/segment_reader.hpp"

namespace reel::log {
namespace {

constexpr double kUsPerMs = 1000;

// Looks at all lanes: first at what is recorded, then at what is written, the way events go.
class StoreLook {
 public:
  StoreLook(const RetentionContext& context, merge::RetentionPlan& plan)
      : context_(context), plan_(plan) {}
  Status take(bool with_live);
  const std::vector<std::uint64_t>& held() const noexcept { return held_; }

 private:
  Status take_slots(const std::string& directory);
  Status take_segments(const std::string& directory, bool with_live);
  Status take_unlisted(const std::string& directory, const catalog::LaneCatalog& catalog);

  const RetentionContext& context_;
  merge::RetentionPlan& plan_;
  std::vector<std::uint64_t> held_;
};

Status StoreLook::take_slots(const std::string& directory) {
  const auto ref = catalog::load_arena_ref(context_.fs, directory);
  if (!ref) return ref.error().code == ErrorCode::not_found ? Status() : ref.status();
  if (ref->consumed) return {};
  const auto mapping = context_.fs.map(ref->path);
  if (!mapping) {
    const auto locked = context_.fs.is_locked(catalog::lock_file(directory));
    if (locked && !*locked) return {};  // an end's leaving: nobody records there
    return Error{ErrorCode::busy, 0, ref->path, 0,
                 "somebody records in " + directory + ", and its arena cannot be seen from here"};
  }
  const auto view =
      arena::ArenaView::make((*mapping)->bytes(), ref->path, context_.store_uuid, ref->arena_id);
  if (!view) return view.status();
  for (std::uint32_t i = 0; i < view->slots(); ++i) {
    const std::uint64_t incarnation = view->slot(i).incarnation.load(std::memory_order_acquire);
    if (incarnation != 0) held_.push_back(incarnation);
  }
  return {};
}

// Segments that no catalog lists: being written, or about to be listed.
Status StoreLook::take_unlisted(const std::string& directory, const catalog::LaneCatalog& catalog) {
  const auto names = context_.fs.list(directory);
  if (!names) return names.status();
  for (const std::string& name : *names) {
    const auto number = catalog::segment_number(name);
    if (!number || catalog.is_listed(*number) || catalog.find_void(*number) != nullptr) continue;
    const auto reader = segment::SegmentReader::open(context_.fs, io::join(directory, name));
    if (reader) {
      plan_.add(**reader, 0);
    } else if (reader.error().code == ErrorCode::io) {
      return reader.status();
    }
  }
  return {};
}

Status StoreLook::take_segments(const std::string& directory, bool with_live) {
  const auto catalog = catalog::load_catalog(context_.fs, directory);
  if (!catalog) return catalog.status();
  for (const auto& listed : catalog->segments) {
    const auto reader = catalog::open_listed(context_.fs, directory, listed);
    // Damaged, or merged into others meanwhile: whoever merges it will say so.
    if (reader) plan_.add(**reader, listed.bytes);
  }
  return with_live ? take_unlisted(directory, *catalog) : Status();
}

Status StoreLook::take(bool with_live) {
  const auto numbers = catalog::list_lanes(context_.fs, context_.store);
  if (!numbers) return numbers.status();
  for (const std::uint32_t number : *numbers) {
    if (!with_live) break;
    const std::string directory = catalog::lane_directory(context_.store, number);
    if (Status status = take_slots(directory); !status) return status;
  }
  std::sort(held_.begin(), held_.end());
  for (const std::uint32_t number : *numbers) {
    const std::string directory = catalog::lane_directory(context_.store, number);
    if (Status status = take_segments(directory, with_live); !status) return status;
  }
  return {};
}

Result<merge::RetentionPlan> look(const RetentionContext& context, const Retention& retention,
                                  std::int64_t now_us, bool with_live) {
  merge::RetentionPlan plan(retention);
  StoreLook look(context, plan);
  if (Status status = look.take(with_live); !status) return status;
  const double now_ms = static_cast<double>(now_us) / kUsPerMs;
  // What is being recorded, and not looked at, is of now.
  if (!with_live) plan.note_event(now_ms);
  plan.settle(now_ms, look.held());
  return plan;
}

}  // namespace

Result<merge::RetentionPlan> plan_retention(const RetentionContext& context,
                                            const Retention& retention, std::int64_t now_us) {
  auto plan = look(context, retention, now_us, false);
  // Mostly there is nothing to go, and no need to look at what is being recorded.
  return !plan || plan->empty() ? std::move(plan) : look(context, retention, now_us, true);
}

Status confirm_expired(const RetentionContext& context, const Retention& retention,
                       std::int64_t now_us, std::span<const std::uint64_t> expired) {
  // What was agreed on may not be capped by what has come since.
  Retention uncapped = retention;
  uncapped.share_max = 1;
  const auto plan = look(context, uncapped, now_us, true);
  if (!plan) return plan.status();
  for (const std::uint64_t incarnation : expired) {
    if (plan->fate(incarnation) == merge::Fate::expired) continue;
    return Error{ErrorCode::busy, 0, context.store, 0,
                 "a stream that was to go is recorded again; compact once more"};
  }
  return {};
}

Result<std::vector<std::uint64_t>> settled_deletions(io::FileSystem& fs, const std::string& store,
                                                     std::int64_t now_us, std::int64_t settled_us) {
  auto deleted = catalog::list_deleted(fs, store);
  if (!deleted || settled_us == 0) return deleted;
  std::erase_if(*deleted, [&](std::uint64_t incarnation) {
    const auto tombstone = catalog::load_tombstone(fs, store, incarnation);
    return !tombstone || tombstone->deleted_us > now_us - settled_us;
  });
  return deleted;
}

}  // namespace reel::log
