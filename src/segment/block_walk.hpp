// BlockWalk: the SegmentWalk over the blocks of a SegmentFile. A StreamCursor per stream that has
// events ahead, each let as far as the block that is at hand, so that a block is unpacked once
// however many streams share it. Memory: the texts so far of streams that go on in later blocks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "segment/segment_file.hpp"
#include "segment/segment_reader.hpp"
#include "segment/stream_cursor.hpp"

namespace reel::segment {

class BlockWalk final : public SegmentWalk {
 public:
  BlockWalk(const SegmentFile& file, bool strict);
  // Of these streams, which it keeps a view of.
  BlockWalk(const SegmentFile& file, std::span<const std::uint32_t> numbers, bool strict);

  std::span<EnvelopeView> next_batch() override;
  const Status& status() const override { return status_; }

 private:
  bool next_stream();
  bool next_block();

  const SegmentFile& file_;
  const bool strict_;
  std::vector<std::uint32_t> blocks_;  // to be read, ascending
  std::vector<bool> wanted_;           // by stream; empty: all
  std::size_t next_ = 0;               // in blocks_
  std::shared_ptr<const DataBlock> block_;
  std::size_t next_run_ = 0;
  StreamCursor* cursor_ = nullptr;  // of number_
  std::unordered_map<std::uint32_t, StreamCursor> cursors_;
  std::array<EnvelopeView, RunReader::kEventsAtOnce> batch_;
  Status status_;
};

}  // namespace reel::segment
