// SegmentFile: the bytes of a segment and what is known about where things lie in them,
// from the index of a sealed one or the scan of another. Readers, cursors and verify share it.
// What it says of streams is in segment_streams.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/file_view.hpp"
#include "segment/block_cache.hpp"
#include "segment/data_block.hpp"
#include "segment/index_view.hpp"
#include "segment/segment_blocks.hpp"
#include "segment/segment_reader.hpp"
#include "segment/segment_scan.hpp"

namespace reel::segment {

class SegmentFile {
 public:
  SegmentFile(io::FileSystem& fs, std::string path, const SegmentOpen& open);

  // Opens the file and finds out what is in it; again, when it may have grown.
  Status load();

  const std::string& path() const noexcept { return path_; }
  const io::FileView& file() const noexcept { return *file_; }
  std::shared_ptr<const io::FileView> front(std::uint64_t bytes) const {
    return io::front_of(file_, bytes);
  }
  const SegmentOptions& options() const noexcept { return options_; }
  const SegmentHeader& header() const noexcept { return header_; }
  const std::optional<SegmentFooter>& footer() const noexcept { return footer_; }
  const std::optional<IndexView>& index() const noexcept { return index_; }
  bool sealed() const noexcept { return footer_.has_value(); }
  std::uint64_t whole_bytes() const noexcept;  // up to the last whole block, or all when sealed
  std::uint64_t front_bytes() const;  // up to the first block that is not whole; reads them all
  std::optional<std::uint64_t> valid_bytes() const noexcept { return open_.valid_bytes; }

  std::uint64_t events() const;
  std::uint64_t gap_records() const;
  std::uint64_t gap_events() const;
  std::uint32_t streams() const;
  // Where a page of the index is damaged, what the blocks tell of its streams; nothing, and no
  // name, where those are damaged too.
  SegmentStream stream(std::uint32_t number) const;
  std::uint64_t start_seq(std::uint32_t number) const;
  std::vector<Link> links(std::uint32_t number) const;
  std::vector<SnapshotEntry> snapshots(std::uint32_t number) const;
  std::vector<std::uint32_t> find(std::string_view name_space, std::string_view id) const;

  // From the facet block, or the scan; of a segment without: unknown.
  Facet facet(std::uint32_t number, std::string_view key) const;
  // From the lineage block, anew at each call; nullopt: there is none.
  std::optional<Lineage> lineage() const;

  std::uint32_t blocks() const;
  // Is it a data block? (Others are fragments of large events.)
  bool holds_events(std::uint32_t ordinal) const;
  // Checked, unpacked and kept for a while; nullptr (and damage noted) when it is damaged.
  std::shared_ptr<const DataBlock> data_block(std::uint32_t ordinal) const;
  std::uint64_t block_offset(std::uint32_t ordinal) const;
  double block_latest_ms(std::uint32_t ordinal) const { return block(ordinal).max_ts_ms; }
  // All blocks that hold events; without words, what only they tell cannot be read.
  std::shared_ptr<const SegmentBlocks> data_blocks(bool with_words) const;
  // A buffer for a text, emptied, and back for the next one who needs it: long texts in new memory
  // cost more in pages than in bytes.
  std::string take_buffer() const;
  void give_buffer(std::string buffer) const noexcept;
  Error note_damage(std::uint64_t offset, std::uint64_t bytes, std::string what) const;
  const std::vector<Damage>& damage() const noexcept { return damage_; }

 private:
  // Some 30 KiB each. Nearly all that asks for streams does so by ascending numbers.
  struct CachedPage {
    std::uint32_t page = 0;
    std::uint64_t used = 0;                     // 0: never
    std::shared_ptr<const StreamPage> streams;  // nullptr: damaged
  };
  static constexpr std::size_t kCachedPages = 8;

  Status load_header();
  Status check_version() const;
  void take_header(const SegmentHeader& header);
  bool load_index();
  bool index_intact() const;
  void scan(bool past_damage) const;
  void take_findings() const;
  void note_index_damage() const;
  std::shared_ptr<const StreamPage> page_of(std::uint32_t number) const;
  const StreamTable* scanned(std::uint32_t number) const;
  bool can_look_up() const;
  std::vector<std::uint32_t> candidates(std::uint64_t hash) const;
  BlockEntry block(std::uint32_t ordinal) const;
  std::shared_ptr<const DataBlock> unpack_block(std::uint32_t ordinal) const;
  std::optional<StoredBlock> intact_block(std::uint32_t ordinal, BlockKind kind) const;
  const std::shared_ptr<Words>& words() const;
  bool load_dictionary(Words& words) const;
  std::optional<FacetIndex> load_facets() const;
  struct Unpacked {
    StoredBlock block;
    std::unique_ptr<char[]> raw;  // nullptr: it is not what its header says, which is noted
    std::string_view bytes() const noexcept { return {raw.get(), block.header.raw_bytes}; }
  };
  std::optional<Unpacked> unpack_last(BlockKind kind, const char* name) const;
  void gather_words(const std::shared_ptr<Words>& words) const;

  io::FileSystem* fs_;
  std::string path_;
  SegmentOpen open_;
  std::shared_ptr<const io::FileView> file_ = io::view_of({});  // or its front
  SegmentHeader header_;
  SegmentOptions options_;
  bool has_header_ = false;
  std::optional<SegmentFooter> footer_;
  std::optional<IndexView> index_;
  std::shared_ptr<const void> index_bytes_;  // what index_ points into
  // Of an unsealed segment, or where the index is damaged. Kept after sealing: identities point
  // into it.
  mutable std::unique_ptr<SegmentScan> scan_;
  mutable std::shared_ptr<Words> words_;  // of a sealed segment, once they are needed
  mutable std::optional<FacetIndex> facets_;
  mutable std::uint64_t facets_end_ = 0;  // of the blocks that it tells of; 0: nobody has asked
  mutable std::size_t findings_taken_ = 0;
  mutable std::array<CachedPage, kCachedPages> pages_;
  mutable std::uint64_t page_uses_ = 0;
  mutable std::optional<bool> lookup_intact_;  // nullopt: nobody has looked
  // By name, where there is no lookup: so many streams.
  mutable std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
  mutable std::uint32_t hashed_ = 0;
  mutable FileBlocks cache_;
  mutable std::vector<Damage> damage_;
  mutable std::string buffer_;
};

// The footer at the end of a sealed file; nullopt when there is none that is whole.
std::optional<SegmentFooter> read_footer(const io::FileView& file);

}  // namespace reel::segment
