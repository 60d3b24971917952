// What a LogCore says of itself: watermarks, statistics, metrics.
#include <algorithm>

#include "log/log_core.hpp"

namespace reel::detail {

// In this order, so that what moves meanwhile cannot turn the order of the three around.
Watermarks LogCore::watermarks() const noexcept {
  Watermarks marks;
  marks.durable = durable_.load(std::memory_order_acquire);
  marks.written = std::max(written_.load(std::memory_order_acquire), marks.durable);
  marks.recorded = std::max(open_.lane->recorded(), marks.written);
  return marks;
}

LogStats LogCore::stats() const {
  LogStats stats;
  {
    const std::lock_guard lock(mutex_);
    stats = stats_;
  }
  static_assert(record::kEventTypesEnd <= std::tuple_size_v<decltype(stats.drops_by_type)>);
  for (std::size_t type = 0; type < record::kEventTypesEnd; ++type) {
    stats.drops_by_type[type] = open_.lane->drops(type);
    stats.drops += stats.drops_by_type[type];
  }
  stats.refusals = open_.lane->refusals();
  stats.chunks_total = open_.lane->arena().header().chunk_count;
  stats.chunks_free = open_.lane->chunks().free_count() + stats.chunks_total -
                      open_.lane->arena().chunks_reserved();
  stats.open_streams = open_.registry->open_streams();
  stats.arena_path = open_.arena_path;
  stats.arena_on_tmpfs = open_.arena_on_tmpfs;
  return stats;
}

Metrics LogCore::metrics() const {
  Metrics metrics;
  metrics.watermarks = watermarks();
  metrics.stats = stats();
  metrics.chunks_queued = open_.lane->chunks().full_count();
  metrics.arena_bytes_total = std::uint64_t{metrics.stats.chunks_total} * arena::kChunkBytes;
  const std::uint32_t used =
      metrics.stats.chunks_total - std::min(metrics.stats.chunks_free, metrics.stats.chunks_total);
  metrics.arena_bytes_used = std::uint64_t{used} * arena::kChunkBytes;
  const std::lock_guard lock(mutex_);
  metrics.bytes_in = bytes_in_;
  metrics.write = times_.write;
  metrics.sync = times_.sync;
  return metrics;
}

}  // namespace reel::detail
