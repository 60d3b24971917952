// PageBuilder: streams, one after another, laid out as a page of the index (the grammar is in
// stream_page.hpp, whose StreamPage reads it back).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/uuid.hpp"
#include "segment/index_format.hpp"
#include "segment/segment_writer.hpp"
#include "segment/stream_page.hpp"
#include "segment/stream_table.hpp"

namespace reel::segment {

class PageBuilder {
 public:
  // The identity's names must be there until the page is taken.
  void add(const StreamIdentity& identity, const StreamRecord& record, std::span<const Link> links);
  std::uint32_t streams() const noexcept { return streams_; }
  bool full() const noexcept { return streams_ == kPageStreamsMax || bytes() >= kPageFullBytes; }
  std::size_t bytes() const noexcept;

  // The page's two parts, valid until the next call of anything; then begins a new page.
  struct Parts {
    std::string_view plain, columns;
  };
  Parts take();

 private:
  std::string& column(PageColumn column) noexcept {
    return columns_[static_cast<std::size_t>(column)];
  }
  void put(PageColumn to, std::uint64_t value) { base::append_varint(column(to), value); }
  void put_difference(PageColumn to, std::uint64_t value, std::uint64_t expected);
  void put_facts(const event::StreamFacts& facts, std::uint64_t start_seq);
  void put_stamps(const event::StreamFacts& facts);
  StampKind put_stamp(PageColumn to, double ts_ms);
  void put_links(std::span<const Link> links);
  void put_names(const StreamIdentity& identity);
  void put_uuid(const base::Uuid& uuid);

  std::array<std::string, kPageColumns> columns_;
  std::string incarnations_, uuids_;
  std::string plain_, whole_;
  PagePrediction last_;
  std::uint32_t streams_ = 0;
};

}  // namespace reel::segment
