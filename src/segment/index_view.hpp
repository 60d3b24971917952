// IndexView: the index of a sealed segment, used in place. Its checksum has been checked; every
// number in it is checked again before use, so that even a forged one only gives wrong answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "segment/format.hpp"
#include "segment/segment_reader.hpp"

namespace reel::segment {

class IndexView {
 public:
  // nullopt when the sizes do not add up to the payload. The payload must outlive the view.
  static std::optional<IndexView> parse(std::string_view payload);

  const IndexHeader& header() const noexcept { return header_; }
  BlockEntry block(std::uint32_t ordinal) const noexcept;  // ordinal < header().blocks
  SegmentStream stream(std::uint32_t number) const noexcept;
  std::uint64_t start_seq(std::uint32_t number) const noexcept;
  std::vector<Link> links(std::uint32_t number) const;
  std::vector<SnapshotEntry> snapshots(std::uint32_t number) const;
  std::vector<std::uint32_t> find(std::string_view name_space, std::string_view id) const;

 private:
  StreamEntry entry(std::uint32_t number) const noexcept;

  IndexHeader header_;
  const char *blocks_ = nullptr, *entries_ = nullptr, *hashes_ = nullptr, *links_ = nullptr,
             *snapshots_ = nullptr, *numbers_ = nullptr;
  std::string_view blob_;
};

}  // namespace reel::segment
