// Lineage: of a segment that others were merged into, what came from which: of each stream, after
// which seq it was at the end of each of them. Who had seen segments up to a number knows by it
// what of the merged one is new. docs/FORMAT.md, "Lineage block".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reel::segment {

struct LineageEntry {
  std::uint64_t number = 0;    // of a segment of the same lane that is no more
  std::uint64_t next_seq = 0;  // the seq after what it and those before it held of the stream
};

class Lineage {
 public:
  // The streams of a segment, one after the other from number 0 on; entries ascend by number, and
  // their seqs never fall.
  void add(std::span<const LineageEntry> entries);
  std::uint32_t streams() const noexcept { return static_cast<std::uint32_t>(ends_.size()); }
  std::span<const LineageEntry> entries(std::uint32_t stream) const noexcept;  // < streams()

  // The seq after what segments up to `number` held of the stream; 0: none of them held any.
  std::uint64_t next_seq(std::uint32_t stream, std::uint64_t number) const noexcept;

  std::string encode() const;
  // nullopt: the payload makes no sense.
  static std::optional<Lineage> parse(std::string_view payload, std::uint32_t streams);

 private:
  std::vector<LineageEntry> entries_;
  std::vector<std::size_t> ends_;  // in entries_, by stream
};

}  // namespace reel::segment
