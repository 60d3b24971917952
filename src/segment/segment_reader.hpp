// SegmentReader: one segment file, read-only, sealed or still growing (or torn by a crash).
// A sealed segment answers from its index, page by page; an unsealed one is scanned block by block
// up to the last whole block, with the same answers. Every byte is checked before use. One thread
// at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/facts.hpp"
#include "io/file_view.hpp"
#include "reel/reader.hpp"
#include "segment/facets.hpp"
#include "segment/lineage.hpp"
#include "segment/segment_writer.hpp"

namespace reel::segment {

class BlockCache;
class SegmentBlocks;
std::shared_ptr<BlockCache> make_block_cache();

struct SegmentStream {
  StreamIdentity identity;  // views that live as long as `names`, or without them the SegmentReader
  std::uint32_t number = 0;
  event::StreamFacts facts;
  std::shared_ptr<const std::string> names;  // of some streams beside this one
};

// Room that is made for a text before it is seen.
inline constexpr std::size_t kRoomBytesMax = std::size_t{64} << 20;

// Walks one stream inside one segment in seq order. Contents that were elided are restored.
// Must not outlive its SegmentReader.
class SegmentCursor {
 public:
  virtual ~SegmentCursor() = default;
  // Steps to the next event with seq >= the seq asked for (a GAP that reaches into the range too).
  // false: no more, or damage (noted with the reader; in strict reading also in status()).
  virtual bool next() = 0;
  virtual std::uint64_t seq() const = 0;
  virtual const EventView& event() const = 0;  // until the next call of next()
  virtual const Status& status() const = 0;

  // For folding: like next(), but text tokens that follow each other may come as one event, with
  // the text of all and the seq and number of the last (and no stamp), none above `to_seq`; and a
  // CHECKPOINT whose content was elided may be kept here: it has been checked like any other.
  virtual bool next_gathered(std::uint64_t to_seq) = 0;
  // From now on next_gathered may step over a stretch that a snapshot tells of: it yields the
  // events that the snapshot keeps, and the text of all the stretch's text tokens as one, at the
  // place of the last of them. For FoldMode::l0 that comes to the same.
  virtual void use_snapshots() = 0;
  // The content of the last CHECKPOINT, if it was kept here.
  virtual std::optional<std::string> take_checkpoint() = 0;
};

// Walks all events of a segment in the order they lie there: block by block, in a block by stream
// and seq. Of one stream that is the order of seq. Must not outlive its SegmentReader.
class SegmentWalk {
 public:
  virtual ~SegmentWalk() = default;
  // The next events, of one stream. Their ids are not set. They may be changed, and live until the
  // next call. None: no more, or damage, as with SegmentCursor.
  virtual std::span<EnvelopeView> next_batch() = 0;
  std::uint32_t number() const noexcept { return number_; }  // of the stream
  virtual const Status& status() const = 0;

 protected:
  std::uint32_t number_ = 0;
};

struct SegmentOpen {
  // Read no further than this: the catalog's word on a segment given up by a crash.
  std::optional<std::uint64_t> valid_bytes = std::nullopt;
  // For the blocks of all segments that it is given to, which share their thread; nullptr: one of
  // its own.
  std::shared_ptr<BlockCache> cache = nullptr;
  io::Access access = io::Access::map;
};

class SegmentReader {
 public:
  static Result<std::unique_ptr<SegmentReader>> open(io::FileSystem& fs, const std::string& path,
                                                     const SegmentOpen& open = {});
  virtual ~SegmentReader() = default;

  virtual const SegmentOptions& header() const = 0;
  virtual SegmentSummary summary() const = 0;
  virtual bool sealed() const = 0;
  virtual std::uint64_t torn_bytes() const = 0;  // after the last whole block of an unsealed one
  // Of a sealed one too: a power cut before its last sync was over may have taken any of its pages.
  // Checks all of them.
  virtual std::uint64_t front_bytes() const = 0;
  virtual std::uint64_t events() const = 0;
  virtual std::uint64_t gap_records() const = 0;
  virtual std::uint64_t gap_events() const = 0;

  // An unsealed segment that has grown (or was sealed meanwhile): map again and go on scanning.
  virtual Status refresh() = 0;

  virtual std::uint32_t stream_count() const = 0;
  virtual SegmentStream stream(std::uint32_t number) const = 0;  // number < stream_count()
  // No event of the segment, or of the stream in it, is stamped later. Reads no events.
  virtual double latest_ms() const = 0;
  virtual double latest_ms(std::uint32_t number) const = 0;
  // A stream may be there in several incarnations: all of them, oldest ordinal first.
  virtual std::vector<std::uint32_t> find(std::string_view name_space,
                                          std::string_view id) const = 0;
  // JSON text of the stream's last START in this segment; nullopt when it has none.
  virtual Result<std::optional<std::string>> options(std::uint32_t number) const = 0;

  // What the segment knows of a member of those options without reading events; a view lives until
  // the next refresh().
  virtual Facet facet(std::uint32_t number, std::string_view key) const = 0;
  // What came from which segment; nullopt: no others were merged into this one (or it is damaged).
  virtual std::optional<Lineage> lineage() const = 0;

  virtual std::unique_ptr<SegmentCursor> cursor(std::uint32_t number, std::uint64_t from_seq,
                                                bool strict) const = 0;
  // How long the stream's text so far is about `to_seq`, as its snapshots say: to make room for it.
  // Never more than kRoomBytesMax: an index may be forged.
  virtual std::size_t text_bytes_at(std::uint32_t number, std::uint64_t to_seq) const = 0;
  virtual std::unique_ptr<SegmentWalk> walk(bool strict) const = 0;
  // The same of these streams alone, which it keeps a view of; blocks without them are left out.
  virtual std::unique_ptr<SegmentWalk> walk(std::span<const std::uint32_t> numbers,
                                            bool strict) const = 0;
  // What there is now, for other threads; `with_words`: where texts or their lengths are asked for.
  virtual std::shared_ptr<const SegmentBlocks> data_blocks(bool with_words) const = 0;
  virtual const std::vector<Damage>& damage() const = 0;
  // The file's bytes as they were when it was opened or refreshed last, whatever has its name now;
  // summary().bytes of them count.
  virtual std::shared_ptr<const io::FileView> bytes() const = 0;

  // Checks every byte: header, each block (checksums, decoding, elided contents restored and
  // compared), index against blocks, footer. Appends to `report`.
  virtual void verify(VerifyReport& report) const = 0;
};

}  // namespace reel::segment
