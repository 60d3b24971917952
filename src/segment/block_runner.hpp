// BlockRunner: who compresses blocks. A SegmentWriter that has one hands over what it has encoded
// and goes on with the next block; without one it compresses by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace reel::segment {

class BlockRunner {
 public:
  virtual ~BlockRunner() = default;
  // Does `work`, which throws nothing, once, sooner or later, on whatever thread. Answers a ticket.
  virtual std::uint64_t start(std::function<void()> work) = 0;
  // What the work has stored may be read once this answers true.
  virtual bool is_over(std::uint64_t ticket) = 0;
  virtual void wait(std::uint64_t ticket) = 0;  // until it is
  // So many blocks may be on their way at a time: they, and what they are made of, take memory.
  virtual std::size_t blocks_max() const = 0;
};

}  // namespace reel::segment
