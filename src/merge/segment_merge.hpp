// SegmentMerge: merges segments of a lane into segments in which each stream lies in one piece; in
// several, where it was in another lane meanwhile: of what lies in a piece nothing is missing, so
// that readers put pieces of all lanes one behind the other.
//
// A group of streams at a time is gathered from all inputs, each block of them unpacked once for
// all the group, and written. Memory: a group's events, 24 bytes a stream and input (MergeOrder),
// some 400 bytes a stream of the segment being written, and the inputs' caches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/file_system.hpp"
#include "merge/merge_order.hpp"
#include "merge/retention_plan.hpp"
#include "merge/row_buffer.hpp"
#include "merge/stripping.hpp"
#include "segment/lineage.hpp"
#include "segment/segment_writer.hpp"

namespace reel::merge {

struct MergeOptions {
  segment::SegmentOptions segment;  // but for number, segment_id, created_us and elision_key
  std::string lane_directory;
  std::uint64_t first_number = 0, end_number = 0;  // of the segments to be written
  std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;
  std::uint32_t segment_streams_max = 250'000;
  std::size_t group_bytes = std::size_t{32} << 20;
  bool strict = true;  // stop at damage; else go past it, the inputs note it
  std::function<Fate(const MergeStream&)> fate;
  // After each group: events gathered since the time before. false: stop (ErrorCode::closed).
  std::function<bool(std::uint64_t events)> progress;
  std::function<std::int64_t()> now_us;
  segment::BlockRunner* runner = nullptr;
};

// A segment that was written, and the last stream in it or dropped before it.
struct MergedSegment {
  segment::SegmentSummary summary;
  StreamKey last;
};

class SegmentMerge {
 public:
  SegmentMerge(io::FileSystem& fs, const Inputs& inputs, MergeOptions options);

  // Goes on after that stream, with that number: those before are gone past already.
  void resume(const StreamKey& last, std::uint64_t number);
  // Writes the next segment, sealed and durable but for its name; nullopt: nothing is left.
  Result<std::optional<MergedSegment>> next_segment();

  // Incarnations, in the order of streams.
  const std::vector<std::uint64_t>& expired() const noexcept { return expired_; }

 private:
  struct Member {
    std::uint32_t stream = 0;    // in the segment being written
    std::uint64_t next_seq = 0;  // events below were taken
    bool strip = false;          // without its content
    StrippedRun stripped;
  };
  Result<std::unique_ptr<segment::SegmentWriter>> create();
  bool find_next();
  Status write_group();
  void take_group();
  Status gather(std::uint32_t input);
  void take(Member& member, EnvelopeView& view);
  Status write_rows();
  std::vector<segment::LineageEntry> lineage_of(std::span<const MergePart> piece) const;

  io::FileSystem& fs_;
  const Inputs& inputs_;
  MergeOptions options_;
  MergeOrder order_;
  std::uint64_t number_;
  std::optional<MergeStream> next_;  // the next one to be kept
  Fate next_fate_ = Fate::kept;
  StreamKey last_;  // the last one taken or dropped
  std::unique_ptr<segment::SegmentWriter> writer_;
  segment::Lineage lineage_;                               // of writer_'s streams
  std::vector<std::optional<segment::Lineage>> lineages_;  // of the inputs, where they have one
  std::vector<std::vector<std::uint32_t>> numbers_;        // of the group, by input
  std::vector<std::vector<std::uint32_t>> members_;        // by input and number there: in group_
  std::vector<Member> group_;
  RowBuffer rows_;
  std::vector<std::uint64_t> expired_;
  std::uint64_t events_gathered_ = 0;
};

}  // namespace reel::merge
