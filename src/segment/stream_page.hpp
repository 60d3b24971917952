// StreamPage: a page of the index, unpacked: what a sealed segment knows of up to 128 streams.
//
//   plain    8 bytes incarnation * streams, 10 bytes * UUIDs: the lower 16 bits of the high word,
//            the low word
//   columns  a byte or a varint a stream, in the order of PageColumn, one column after another;
//            TEXT is what is left
//
// Whatever is usual is told as a difference to it, so that most columns are mostly zero.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "segment/index_format.hpp"
#include "segment/segment_reader.hpp"

namespace reel::segment {

enum class PageColumn : std::uint8_t {
  flags,       // a byte: StreamFlag
  stamps,      // a byte: StampKind of the start, of the end
  ordinal,     // zigzag, to one more than the stream before
  first_seq,   //
  events,      //
  gaps,        // GAP records
  gap_events,  //
  next_seq,    // zigzag, to first_seq + events + gap_events
  tokens,      // zigzag, to next_seq; to 0 without kHasTokenCount
  start_seq,   // zigzag, to first_seq; to 0 without kHasStart
  links,       // how many
  blocks,      // of all links: zigzag to the first of the last stream with any, then
               // difference to the link before less 1
  link_seqs,   // of all links: difference to the link before, at first to 0; modulo 2^32
  starts,      // of each that is not zero: zigzag to the last start in us, or 8 bytes
  ends,        // likewise, to the last start in us up to and with this stream
  spaces,      // namespace: 0 is the one before, else its bytes plus 1
  ids,         // 0 is a UUID, else its bytes plus 1
  times,       // of each UUID: zigzag of its upper 48 bits to the start's milliseconds where that
               // is in us, else to the UUID before
  text,        // namespaces and ids that are told here
};
inline constexpr std::size_t kPageColumns = static_cast<std::size_t>(PageColumn::text) + 1;

// What the next stream of a page is told as a difference to.
struct PagePrediction {
  std::uint64_t ordinal = 0;  // of the stream before
  std::uint32_t first_block = 0;
  std::int64_t start_us = 0;
  std::uint64_t uuid_time = 0;
  std::string_view name_space;
};

inline constexpr unsigned kUuidTimeBits = 48;
inline constexpr std::uint64_t kUuidTimeMask = (std::uint64_t{1} << kUuidTimeBits) - 1;
// The milliseconds of a UUID that was made when its stream began.
inline std::uint64_t uuid_time_at(std::int64_t start_us) noexcept {
  const std::int64_t ms = start_us / 1000 - (start_us % 1000 < 0 ? 1 : 0);
  return static_cast<std::uint64_t>(ms) & kUuidTimeMask;
}

class StreamPage {
 public:
  // `count` streams from `first` on, of a segment of so many blocks. nullptr when it is not that.
  static std::shared_ptr<const StreamPage> parse(std::uint32_t first, std::uint32_t count,
                                                 std::uint32_t blocks, std::string_view plain,
                                                 std::string_view columns);

  bool holds(std::uint32_t number) const noexcept {
    return number >= first_ && number - first_ < entries_.size();
  }
  // Of those that it holds.
  SegmentStream stream(std::uint32_t number) const;
  std::uint64_t start_seq(std::uint32_t number) const noexcept;
  std::vector<Link> links(std::uint32_t number) const;

 private:
  friend class PageParser;
  struct Entry {
    StreamIdentity identity;
    event::StreamFacts facts;
    std::uint64_t start_seq = 0;
    std::int64_t start_us = 0;   // the last start in us so far
    std::uint32_t end_link = 0;  // the first is where those of the stream before end
    std::uint8_t stamps = 0;
  };
  std::uint32_t first_link(const Entry& entry) const noexcept {
    return &entry == entries_.data() ? 0 : (&entry)[-1].end_link;
  }
  std::uint32_t first_ = 0;
  std::vector<Entry> entries_;
  std::vector<Link> links_;
  std::shared_ptr<const std::string> names_;
};

}  // namespace reel::segment
