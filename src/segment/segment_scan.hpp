// SegmentScan: reads a segment from its blocks alone and rebuilds what an index would say. For
// unsealed segments (stops at the first block that is not whole), for sealed ones whose index is
// damaged (goes on behind damage), and for verify (which compares the contents too).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_view.hpp"
#include "segment/block_codec.hpp"
#include "segment/content_hash.hpp"
#include "segment/data_block.hpp"
#include "segment/stream_table.hpp"
#include "segment/words.hpp"

namespace reel::segment {

class SegmentScan {
 public:
  struct Options {
    std::uint64_t segment_id = 0;
    std::uint64_t digest = 0;  // of the header
    Uuid elision_key;
    bool past_damage = false;     // skip bad blocks, else stop
    bool check_contents = false;  // compare elided contents, unpack fragments
  };
  struct Finding {
    std::uint64_t offset = 0, bytes = 0;
    std::string what;
  };

  explicit SegmentScan(const Options& options) : options_(options) {}

  // From now on, as Options::past_damage says.
  void go_past_damage() noexcept { options_.past_damage = true; }
  // Goes on from end() to the end of `file`, which may have grown since the last call.
  void run(const io::FileView& file);

  const StreamTable& table() const noexcept { return table_; }
  // What the blocks taken define; lives as long as whoever else keeps it.
  const std::shared_ptr<Words>& words() const noexcept { return words_; }
  std::uint64_t end() const noexcept { return end_; }  // after the last block taken
  std::uint64_t digest() const noexcept { return digest_; }
  std::uint64_t blocks_seen() const noexcept { return blocks_seen_; }
  // The index block the scan stopped in front of.
  const std::optional<BlockHeader>& index() const noexcept { return index_; }
  const std::vector<Finding>& findings() const noexcept { return findings_; }

 private:
  bool step(const io::FileView& file);
  bool take_block(const io::FileView& file, const StoredBlock& block);
  bool take_data(const io::FileView& file, const StoredBlock& stored);
  bool take_dictionary(const StoredBlock& block);
  bool take_facets(const StoredBlock& block);
  bool take_lineage(const StoredBlock& block) const;
  void take_definitions(const DataBlock& block);
  bool take_run(const io::FileView& file, const DataBlock& block, std::size_t run,
                std::uint32_t ordinal);
  bool take_row(const io::FileView& file, std::uint32_t stream, const BlockRow& row);
  bool check_content(std::uint32_t stream, const BlockRow& row, const EventView& event);
  bool check_snapshots(const DataBlock& block, std::size_t& next, std::uint32_t stream,
                       std::uint64_t seq);
  bool bad_block(const io::FileView& file, std::uint64_t bytes, std::string what);
  void find(std::uint64_t offset, std::uint64_t bytes, std::string what);

  Options options_;
  StreamTable table_;
  std::shared_ptr<Words> words_ = std::make_shared<Words>();
  std::vector<ContentHash> contents_;  // as are stretches_: only where contents are checked
  std::vector<Stretch> stretches_;
  std::uint64_t end_ = sizeof(SegmentHeader);
  std::uint64_t digest_ = options_.digest;
  std::uint64_t blocks_seen_ = 0;
  std::optional<BlockHeader> index_;
  std::vector<Finding> findings_;
  std::string fragments_;
};

}  // namespace reel::segment
