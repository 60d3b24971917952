// LanePlan: the segments of a lane that a compaction is about, opened, and what of them goes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "merge/lane_compaction.hpp"

namespace reel::merge {

class LanePlan {
 public:
  LanePlan(io::FileSystem& fs, const LaneJob& job);

  // Errors: damaged (but with LaneJob::salvage), io.
  Status make(const catalog::LaneCatalog& catalog);

  const std::vector<segment::SegmentSummary>& listed() const noexcept { return listed_; }
  const Inputs& inputs() const noexcept { return inputs_; }
  void close() noexcept { inputs_.clear(); }
  Fate fate_of(const MergeStream& stream) const noexcept;
  // Segments of which nothing is to be kept.
  const std::vector<segment::SegmentSummary>& unneeded() const noexcept { return unneeded_; }
  const std::vector<std::uint64_t>& expired_in_unneeded() const noexcept { return expired_; }
  std::uint64_t events() const noexcept { return outcome_.before.events; }  // GAPs too
  bool has_gain() const noexcept;
  // Damage that the inputs have met since.
  void note_damage();
  bool has_damage(std::uint64_t number) const;
  LaneOutcome& outcome() noexcept { return outcome_; }

 private:
  Status open_inputs();
  void judge(const MergeStream& stream);
  Status count_content();
  void keep_together();
  void find_unneeded();

  io::FileSystem& fs_;
  const LaneJob& job_;
  std::shared_ptr<segment::BlockCache> cache_;
  std::vector<segment::SegmentSummary> listed_;
  Inputs inputs_;
  std::vector<segment::SegmentSummary> summaries_;      // of the inputs, as listed
  std::vector<std::vector<std::uint32_t>> stripped_;    // streams, by input
  std::vector<std::uint64_t> kept_;                     // streams, by input
  std::vector<std::vector<std::uint64_t>> expired_by_;  // incarnations, by input
  std::vector<std::vector<std::uint32_t>> torn_;        // inputs of each expired stream in several
  std::vector<segment::SegmentSummary> unneeded_;
  std::vector<std::uint64_t> expired_;  // ascending
  bool is_merged_ = true;  // all segments were merged before, at this level, and no stream can be
  LaneOutcome outcome_;
};

}  // namespace reel::merge
