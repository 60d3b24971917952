// StreamCursor: the SegmentCursor over the blocks of a SegmentFile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "segment/content_hash.hpp"
#include "segment/data_block.hpp"
#include "segment/segment_file.hpp"
#include "segment/segment_reader.hpp"

namespace reel::segment {

class StreamCursor final : public SegmentCursor {
 public:
  StreamCursor(const SegmentFile& file, std::uint32_t number, std::uint64_t from_seq, bool strict);
  ~StreamCursor() override { file_.give_buffer(std::move(text_)); }

  bool next() override;
  std::uint64_t seq() const override { return seq_; }
  const EventView& event() const override { return event_; }
  const Status& status() const override { return status_; }
  bool next_gathered(std::uint64_t to_seq) override;
  void use_snapshots() override;
  std::optional<std::string> take_checkpoint() override;

  // The next events, as many as stand ready and as `out` takes; ids are left alone. 0: as next()
  // answering false. Views live until the next call of anything.
  std::size_t next_batch(std::span<EnvelopeView> out);

  // next() goes no further than the blocks in front of this one, until told again.
  void stop_before(std::uint32_t block) noexcept { stop_before_ = block; }
  // Nothing is left in any block but what next() is in the middle of.
  bool at_end() const noexcept { return next_link_ == links_.size(); }

 private:
  struct Place {
    std::size_t next_link;
    std::shared_ptr<const DataBlock> block;
    std::uint64_t block_offset;
    std::size_t next_run;
  };
  enum class Outcome : std::uint8_t { event, skip, stop };

  bool next_row();
  bool next_row_of_run();
  bool next_run();
  bool next_block();
  bool in_range(const BlockRow& row) const;
  Outcome resolve(const BlockRow& row);
  std::size_t take_plain_events(std::span<EnvelopeView> out);
  bool gather(std::uint64_t to_seq);
  bool keep_checkpoint();
  bool next_kept();
  bool at_snapshot(std::uint64_t to_seq);
  bool take_snapshot(const SnapshotEntry& entry);
  bool skim(std::uint64_t last_seq);
  void go_back(const Place& place);
  bool equals_text(std::uint32_t check);
  void replace_text(std::string_view text);
  void restore_text(std::uint64_t seq);
  void absorb(const BlockRow& row);
  // Notes damage; true when reading goes on behind it.
  bool go_on(std::uint64_t offset, std::uint64_t bytes, std::string what);

  const SegmentFile& file_;
  std::uint32_t number_;
  std::uint64_t from_seq_;
  bool strict_;
  std::vector<Link> links_;
  std::size_t next_link_ = 0;
  std::uint32_t stop_before_ = UINT32_MAX;
  std::shared_ptr<const DataBlock> block_;
  std::shared_ptr<const DataBlock> batch_block_;  // the one before, of which a batch has views
  std::uint64_t block_offset_ = 0;
  std::size_t next_run_ = 0;
  std::optional<RunReader> run_;
  std::uint64_t seq_ = 0;
  bool has_seq_ = false;
  EventView event_;
  Status status_;
  std::string fragments_;
  // The text so far: the last content, then the text tokens since. Known only when the cursor began
  // at the stream's front or met a whole content; else restored once it is needed.
  std::string text_;
  bool text_known_ = true;
  std::string gathered_;  // of one event, where it is not known
  // Of the front of the text: elided contents only ever make it go on.
  ContentHash hash_;
  std::size_t hashed_bytes_ = 0;
  // Gathering: the last CHECKPOINT's content, if it was kept: a front of the text, or what was one.
  std::optional<std::size_t> checkpoint_bytes_;
  std::optional<std::string> checkpoint_;
  // Snapshots that may still be met, by seq; and of the one taken last, what is still to be told.
  std::vector<SnapshotEntry> snapshots_;
  std::size_t next_snapshot_ = 0;
  std::shared_ptr<const DataBlock> kept_block_;
  std::string_view kept_events_;
  std::optional<Snapshot::TextToken> kept_text_;
  std::size_t kept_text_from_ = 0;
  std::uint64_t kept_last_seq_ = 0;
};

// Of the last of these snapshots at or before `to_seq`, kRoomBytesMax at most.
std::size_t text_bytes_at(const std::vector<SnapshotEntry>& snapshots, std::uint64_t to_seq);

}  // namespace reel::segment
