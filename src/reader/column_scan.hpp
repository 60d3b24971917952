// ColumnScanCore: a share of a store's blocks as columns, and, in the share that is the Reader's
// thread's alone, the streams that blocks do not tell whole or in order, event by event.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "reader/cursor.hpp"
#include "reader/stream_parts.hpp"
#include "reel/columns.hpp"
#include "segment/block_columns.hpp"
#include "segment/segment_blocks.hpp"

namespace reel::detail {

// What all scans of one call have in common. Never changes.
struct ColumnPlan {
  // Where a segment's stream stands in the scan, and from which seq on it is asked for: what comes
  // before, an earlier segment holds too. A stream that is not asked for has no place.
  struct Place {
    std::uint32_t stream = kNobody;
    std::uint64_t from_seq = 0;
  };
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  struct Source {
    std::shared_ptr<const segment::SegmentBlocks> blocks;
    std::vector<Place> places;  // by the stream's number in the segment
  };
  // What is read event by event: from that seq on.
  struct Rest {
    std::uint32_t stream = 0;
    std::uint64_t from_seq = 0;
  };

  std::shared_ptr<const reader::StoreView> view;  // holds what the others point into
  std::vector<reader::StreamParts> streams;
  std::vector<Source> sources;
  std::vector<Rest> rest;
  ColumnOptions options;
  bool strict = false;
};
std::shared_ptr<const ColumnPlan> plan_columns(std::shared_ptr<const reader::StoreView> view,
                                               std::vector<reader::StreamParts> streams,
                                               const ColumnOptions& options, bool strict);

class ColumnScanCore {
 public:
  // A range of the blocks of all sources, one behind the other.
  struct Share {
    std::size_t first_block = 0, end_block = 0;
    bool rest = false;
  };
  ColumnScanCore(std::shared_ptr<const ColumnPlan> plan, Share share);

  bool next();
  const ColumnRun& run() const noexcept { return run_; }
  const Status& status() const noexcept { return status_; }
  std::uint32_t streams() const noexcept;
  const std::vector<Damage>& damage() const noexcept { return damage_; }

 private:
  // Events of a stream that is read event by event are gathered up to so many.
  static constexpr std::size_t kGatheredMax = 4096;

  bool next_in_block();
  bool next_block();
  void pass_over(const Damage& damage);
  bool next_of_rest();
  void gather();
  void set_names(std::uint32_t stream);

  std::shared_ptr<const ColumnPlan> plan_;
  const Share share_;
  std::size_t source_ = 0, block_in_source_ = 0, block_number_ = 0;
  const ColumnPlan::Source* at_ = nullptr;  // of block_
  std::shared_ptr<const segment::DataBlock> block_;
  segment::BlockColumns columns_;
  std::size_t next_run_ = 0;

  std::size_t next_rest_ = 0;
  std::unique_ptr<CursorCore> cursor_;  // of the one before
  std::vector<EventType> types_;
  std::vector<double> stamps_;
  std::vector<std::uint32_t> token_bytes_;

  ColumnRun run_;
  Status status_;
  std::vector<Damage> damage_;
};

// As many as were asked for.
std::vector<std::unique_ptr<ColumnScanCore>> share_out(
    const std::shared_ptr<const ColumnPlan>& plan);

}  // namespace reel::detail
