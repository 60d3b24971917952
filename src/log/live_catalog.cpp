#include "log/live_catalog.hpp"

#include "io/thread_priority.hpp"

namespace reel::log {
namespace {

Error stopped() {
  return {ErrorCode::closed, 0, "", 0,
          "upkeep was stopped; it goes on when the log is opened again"};
}

}  // namespace

Result<catalog::LaneCatalog> LiveCatalog::load() {
  const io::PromptSection prompt;
  const std::lock_guard stepping(lane_.step);
  catalog::LaneCatalog catalog = lane_.segments.catalog();
  if (const auto pending = lane_.segments.pending_numbers()) {
    std::erase_if(catalog.voids, [&](const auto& range) { return range.first == pending->first; });
  }
  return catalog;
}

Status LiveCatalog::wait_saved() {
  for (;;) {
    {
      const io::PromptSection prompt;
      const std::lock_guard stepping(lane_.step);
      if (lane_.segments.all_listed()) return {};
      lane_.segments.want_sync();
    }
    if (!pause_()) return stopped();
  }
}

Status LiveCatalog::change(const Change& how) {
  {
    const io::PromptSection prompt;
    const std::lock_guard stepping(lane_.step);
    lane_.segments.change_catalog(how);
  }
  return wait_saved();
}

// Streams that are opened from here on are looked for in the new segments, which are there; the
// others are told once the old ones may go.
Status LiveCatalog::change_segments(const Change& how, std::span<const std::uint64_t> expired) {
  {
    const io::PromptSection prompt;
    const std::lock_guard stepping(lane_.step);
    catalog::LaneCatalog after = lane_.segments.catalog();
    how(after);
    if (Status status = lane_.registry.replace_segments(after, expired); !status) return status;
    lane_.segments.change_catalog([&](catalog::LaneCatalog& catalog) { catalog = after; });
  }
  if (Status status = wait_saved(); !status) return status;
  lane_.lane.arena().header().listings.fetch_add(1, std::memory_order_release);
  return {};
}

Result<std::optional<catalog::VoidNumbers>> LiveCatalog::set_numbers_aside(std::uint64_t count,
                                                                           bool wait) {
  constexpr int kPausesMax = 400;  // the disk may refuse to end a segment
  for (int i = 0;; ++i) {
    {
      const io::PromptSection prompt;
      const std::lock_guard stepping(lane_.step);
      const auto numbers = lane_.segments.set_numbers_aside(count);
      if (numbers || !wait || i == kPausesMax) return numbers;
      // Once they are taken only the catalog has to be saved: no other segment ends for it.
      if (lane_.segments.pending_numbers()) {
        lane_.segments.want_sync();
      } else {
        lane_.segments.want_rotation();
      }
    }
    if (!pause_()) return Result<std::optional<catalog::VoidNumbers>>(stopped());
  }
}

}  // namespace reel::log
