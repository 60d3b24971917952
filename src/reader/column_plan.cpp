// What a column scan reads of which stream, and who reads it.
#include <algorithm>
#include <unordered_map>

#include "reader/column_scan.hpp"
#include "reader/segment_order.hpp"

namespace reel::detail {
namespace {

using Places = std::unordered_map<const reader::Segment*, std::vector<ColumnPlan::Place>>;

// Answers the seq after what segments hold.
std::uint64_t add_places(Places& places, const reader::StreamParts& parts, std::uint32_t stream) {
  std::uint64_t next = 0;
  for (const reader::SegmentPart& part : parts.segments) {
    auto& of_segment = places[part.segment];
    if (of_segment.empty()) of_segment.resize(part.segment->reader->stream_count());
    of_segment[part.number] = {stream, next};
    // Looked up only where it matters: each costs a look into the index.
    if (parts.segments.size() == 1 && parts.arenas.empty()) return 0;
    next = std::max(next, part.segment->reader->stream(part.number).facts.next_seq);
  }
  return next;
}

}  // namespace

std::shared_ptr<const ColumnPlan> plan_columns(std::shared_ptr<const reader::StoreView> view,
                                               std::vector<reader::StreamParts> streams,
                                               const ColumnOptions& options, bool strict) {
  auto plan = std::make_shared<ColumnPlan>();
  plan->view = std::move(view);
  plan->streams = std::move(streams);
  plan->options = options;
  plan->strict = strict;
  if (options.name_space) {
    std::erase_if(plan->streams,
                  [&](const auto& parts) { return parts.name_space != *options.name_space; });
  }
  const reader::SegmentOrder order(*plan->view);
  Places places;
  for (std::uint32_t stream = 0; stream < plan->streams.size(); ++stream) {
    const reader::StreamParts& parts = plan->streams[stream];
    if (!order.fits(parts)) {
      plan->rest.push_back({stream, 0});
      continue;
    }
    const std::uint64_t next = add_places(places, parts, stream);
    if (!parts.arenas.empty()) plan->rest.push_back({stream, next});
  }
  for (const reader::Lane& lane : plan->view->lanes) {
    for (const reader::Segment& segment : lane.segments) {
      const auto found = places.find(&segment);
      if (found == places.end()) continue;
      plan->sources.push_back(
          {segment.reader->data_blocks(options.token_bytes), std::move(found->second)});
    }
  }
  return plan;
}

std::vector<std::unique_ptr<ColumnScanCore>> share_out(
    const std::shared_ptr<const ColumnPlan>& plan) {
  std::uint64_t events = 0;
  for (const ColumnPlan::Source& source : plan->sources) {
    for (std::size_t i = 0; i < source.blocks->count(); ++i) events += source.blocks->events(i);
  }
  const std::size_t scans = std::max(1U, plan->options.scans);
  std::vector<std::unique_ptr<ColumnScanCore>> cores;
  std::size_t block = 0, first = 0;
  std::uint64_t before = 0;
  for (const ColumnPlan::Source& source : plan->sources) {
    for (std::size_t i = 0; i < source.blocks->count(); ++i, ++block) {
      if (cores.size() + 1 < scans && before >= events / scans * (cores.size() + 1)) {
        const ColumnScanCore::Share share{std::exchange(first, block), block, false};
        cores.push_back(std::make_unique<ColumnScanCore>(plan, share));
      }
      before += source.blocks->events(i);
    }
  }
  while (cores.size() < scans) {
    const bool last = cores.size() + 1 == scans;
    const ColumnScanCore::Share share{std::exchange(first, block), block, last};
    cores.push_back(std::make_unique<ColumnScanCore>(plan, share));
  }
  return cores;
}

}  // namespace reel::detail
