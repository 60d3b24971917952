// SegmentIndex: where a stream that is not open was left off, found in a lane's segments. Guarded
// by its owner's lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "segment/segment_reader.hpp"

namespace reel::log {

struct KnownStream {
  std::uint64_t incarnation = 0, ordinal = 0, next_seq = 0;
  std::uint64_t durable_seq = 0;  // a lower bound
  std::int64_t last_us = 0;       // no later event may be stamped earlier

  // Of a newer incarnation, or more of the same one.
  bool is_after(const KnownStream& other) const noexcept {
    return ordinal > other.ordinal ||
           (incarnation == other.incarnation && next_seq > other.next_seq);
  }
};

class SegmentIndex {
 public:
  SegmentIndex(io::FileSystem& fs, std::string lane_directory);

  // Segments are opened at the first look-up after they were added.
  void add(const segment::SegmentSummary& summary);
  // What a catalog lists by now, in place of what there was. Segments in both stay open.
  void replace(const catalog::LaneCatalog& catalog);
  // The last find() missed a segment that was listed and is gone. Merged into others meanwhile?
  bool some_gone() const noexcept { return some_gone_; }

  // The newest incarnation of the stream; reads the block with its last event. nullopt: in no
  // segment.
  Result<std::optional<KnownStream>> find(std::string_view name_space, std::string_view id);
  // The same, of segments that no catalog lists yet: they are looked at anew, as far as they were
  // written. Where the stream is in one of them, that file is made durable first.
  Result<std::optional<KnownStream>> find_unlisted(std::string_view name_space,
                                                   std::string_view id);

 private:
  struct Entry {
    segment::SegmentSummary summary;
    std::unique_ptr<segment::SegmentReader> reader;
  };
  // The stream where it goes furthest, of those looked at so far.
  struct Furthest {
    std::optional<KnownStream> known;
    const segment::SegmentReader* holder = nullptr;
    std::uint32_t number = 0;
    void look(const segment::SegmentReader& reader, bool durable, std::string_view name_space,
              std::string_view id);
    std::optional<KnownStream> with_stamp() const;
  };
  Status open_all();
  Status open_unlisted();

  io::FileSystem& fs_;
  std::string lane_directory_;
  std::vector<Entry> entries_;
  std::size_t opened_ = 0;
  bool some_gone_ = false;
  catalog::LaneCatalog catalog_;  // given to replace() last
  std::vector<Entry> unlisted_;
};

}  // namespace reel::log
