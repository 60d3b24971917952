// SegmentIndex: where a stream that is not open was left off, found in the lane's segments.
// Guarded by its owner's lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_system.hpp"
#include "segment/segment_reader.hpp"

namespace reel::log {

struct KnownStream {
  std::uint64_t incarnation = 0, ordinal = 0, next_seq = 0;
  std::uint64_t durable_seq = 0;  // a lower bound
  std::int64_t last_us = 0;       // no later event may be stamped earlier
};

class SegmentIndex {
 public:
  SegmentIndex(io::FileSystem& fs, std::string lane_directory);

  // Segments are opened at the first look-up after they were added.
  void add(const segment::SegmentSummary& summary);
  std::size_t size() const noexcept { return entries_.size(); }

  // The newest incarnation of the stream; reads the block with its last event. nullopt: in no
  // segment.
  Result<std::optional<KnownStream>> find(std::string_view name_space, std::string_view id);

 private:
  struct Entry {
    segment::SegmentSummary summary;
    std::unique_ptr<segment::SegmentReader> reader;
  };
  Status open_all();

  io::FileSystem& fs_;
  std::string lane_directory_;
  std::vector<Entry> entries_;
  std::size_t opened_ = 0;
};

}  // namespace reel::log
