// IndexView: the index of a sealed segment, used in place. What opening needs has been checked
// (the front); lookup and pages are checked when they are used. Every number in it is checked
// again before use, so that even a forged one only gives wrong answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "segment/index_format.hpp"
#include "segment/name_lookup.hpp"
#include "segment/stream_page.hpp"

namespace reel::segment {

class IndexView {
 public:
  // nullopt when the front is damaged, or sizes do not add up to the payload, which must outlive
  // the view.
  static std::optional<IndexView> parse(std::string_view payload);

  const IndexHeader& header() const noexcept { return header_; }
  BlockEntry block(std::uint32_t ordinal) const noexcept;  // ordinal < header().blocks
  std::vector<SnapshotEntry> snapshots(std::uint32_t number) const;
  const NameLookup& lookup() const noexcept { return *lookup_; }

  std::uint32_t page_of(std::uint32_t number) const noexcept;  // number < header().streams
  // Checked and unpacked; nullptr when it is damaged. page < header().pages
  std::shared_ptr<const StreamPage> page(std::uint32_t page) const;

  // Do both say the same? However their pages are compressed. False where a page is damaged.
  bool says_the_same(const IndexView& other) const;

 private:
  struct Parts {
    std::string_view plain;
    std::string columns;
  };
  PageEntry entry(std::uint32_t page) const noexcept;
  std::uint32_t end_stream(std::uint32_t page) const noexcept;
  std::optional<Parts> parts(std::uint32_t page) const;

  IndexHeader header_;
  std::string_view blocks_, snapshots_, entries_, pages_;
  std::optional<NameLookup> lookup_;
};

}  // namespace reel::segment
