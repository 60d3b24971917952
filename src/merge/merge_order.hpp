// MergeOrder: the streams of several segments of a lane, each once, in the order in which they
// appeared in the store, with the places of their events. Memory: 24 bytes a stream and segment.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "segment/segment_reader.hpp"

namespace reel::merge {

using Inputs = std::vector<std::unique_ptr<segment::SegmentReader>>;  // ascending by number

// What streams are in order by. Different for each.
struct StreamKey {
  std::uint64_t ordinal = 0, incarnation = 0;
  friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

struct MergePart {
  std::uint32_t input = 0;  // place among the inputs
  std::uint32_t number = 0;
  event::StreamFacts facts;
};

struct MergeStream {
  segment::StreamIdentity identity;  // views that live as long as `known` and the inputs
  segment::SegmentStream known;
  std::vector<MergePart> parts;  // ascending by input and number, and so by seq; with events

  StreamKey key() const noexcept { return {identity.ordinal, identity.incarnation}; }
  std::uint64_t events() const noexcept;         // GAPs are counted
  double latest_ms(const Inputs& inputs) const;  // none of its events is stamped later
};

// How many of these parts of one stream lie without a hole, from the first on. 1 at least.
std::size_t piece_length(std::span<const MergePart> parts) noexcept;

class MergeOrder {
 public:
  // `inputs` outlive it.
  explicit MergeOrder(const Inputs& inputs);

  // nullopt: there are no more.
  std::optional<MergeStream> next();
  void skip(const StreamKey& upto);  // this one and all before

 private:
  struct Entry {
    StreamKey key;
    std::uint32_t number = 0;
  };
  struct Head {
    StreamKey key;
    std::uint32_t input = 0;
  };
  void push(std::uint32_t input);

  const Inputs& inputs_;
  std::vector<std::vector<Entry>> entries_;  // by input, in order
  std::vector<std::size_t> at_;              // the next one of each
  std::vector<Head> heads_;                  // a heap: the lowest key first, then the lowest input
};

}  // namespace reel::merge
