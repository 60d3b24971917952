#include "merge/segment_merge.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/random.hpp"
#include "catalog/catalog.hpp"

namespace reel::merge {
namespace {

// What an event is taken for before it is seen: a frame with a short text, and its row.
constexpr std::size_t kEventBytes = 48 + sizeof(segment::Row);
// Blocks are held in memory until they are synced.
constexpr std::uint64_t kUnsyncedBytesMax = std::uint64_t{16} << 20;

}  // namespace

SegmentMerge::SegmentMerge(io::FileSystem& fs, const Inputs& inputs, MergeOptions options)
    : fs_(fs),
      inputs_(inputs),
      options_(std::move(options)),
      order_(inputs),
      number_(options_.first_number),
      numbers_(inputs.size()),
      members_(inputs.size()) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    lineages_.push_back(inputs[i]->lineage());
    members_[i].resize(inputs[i]->stream_count());
  }
}

void SegmentMerge::resume(const StreamKey& last, std::uint64_t number) {
  order_.skip(last);
  last_ = last;
  number_ = number;
}

bool SegmentMerge::find_next() {
  while (!next_ && (next_ = order_.next())) {
    next_fate_ = options_.fate(*next_);
    if (next_fate_ == Fate::kept || next_fate_ == Fate::stripped) break;
    if (next_fate_ == Fate::expired) expired_.push_back(next_->identity.incarnation);
    last_ = next_->key();
    next_.reset();
  }
  return next_.has_value();
}

Result<std::unique_ptr<segment::SegmentWriter>> SegmentMerge::create() {
  segment::SegmentOptions options = options_.segment;
  options.number = number_;
  options.segment_id = base::random_u64();
  options.elision_key = {base::random_u64(), base::random_u64()};
  options.created_us = options_.now_us();
  const std::string path = catalog::segment_file(options_.lane_directory, number_);
  // One that was not finished before means nothing.
  if (Status s = fs_.remove(path); !s.ok() && s.error().code != ErrorCode::not_found) return s;
  return segment::SegmentWriter::create(fs_, path, options, options_.runner);
}

Result<std::optional<MergedSegment>> SegmentMerge::next_segment() {
  if (!find_next()) return std::optional<MergedSegment>();
  if (number_ == options_.end_number) {
    return Error{ErrorCode::internal, 0, options_.lane_directory, 0,
                 "more segments than were reckoned with; please report this bug"};
  }
  auto made = create();
  if (!made.ok()) return made.error();
  writer_ = std::move(*made);
  lineage_ = {};
  while (find_next() && writer_->bytes() < options_.segment_bytes_max &&
         writer_->streams() < options_.segment_streams_max) {
    if (Status s = write_group(); !s.ok()) return s;
  }
  writer_->set_lineage(lineage_.encode());
  const auto summary = writer_->seal();
  if (!summary.ok()) return summary.error();
  ++number_;
  return std::optional(MergedSegment{*summary, last_});
}

// What a merged one told of itself, and what it held beyond that.
std::vector<segment::LineageEntry> SegmentMerge::lineage_of(
    std::span<const MergePart> piece) const {
  std::map<std::uint64_t, std::uint64_t> next_seqs;  // by number; parts of one segment are one
  const auto note = [&](std::uint64_t number, std::uint64_t next_seq) {
    std::uint64_t& known = next_seqs[number];
    known = std::max(known, next_seq);
  };
  for (const MergePart& part : piece) {
    if (const auto& known = lineages_[part.input]) {
      for (const auto& entry : known->entries(part.number)) note(entry.number, entry.next_seq);
    }
    note(inputs_[part.input]->header().number, part.facts.next_seq);
  }
  std::vector<segment::LineageEntry> entries;
  std::uint64_t so_far = 0;
  for (const auto& [number, next_seq] : next_seqs) {
    so_far = std::max(so_far, next_seq);
    entries.push_back({number, so_far});
  }
  return entries;
}

// As many streams as a group's events may be, one at least.
void SegmentMerge::take_group() {
  std::size_t bytes = 0;
  while (find_next() && writer_->streams() < options_.segment_streams_max) {
    bytes += static_cast<std::size_t>(next_->events()) * kEventBytes;
    if (!group_.empty() && bytes > options_.group_bytes) return;
    for (std::span<const MergePart> rest = next_->parts; !rest.empty();) {
      const auto piece = rest.first(piece_length(rest));
      rest = rest.subspan(piece.size());
      for (const MergePart& part : piece) {
        numbers_[part.input].push_back(part.number);
        members_[part.input][part.number] = static_cast<std::uint32_t>(group_.size());
      }
      group_.push_back({writer_->add_stream(next_->identity), 0, next_fate_ == Fate::stripped, {}});
      lineage_.add(lineage_of(piece));
    }
    last_ = next_->key();
    next_.reset();
  }
}

Status SegmentMerge::write_group() {
  take_group();
  Status status;
  for (std::uint32_t input = 0; input < inputs_.size() && status.ok(); ++input) {
    if (!numbers_[input].empty()) status = gather(input);
    numbers_[input].clear();
  }
  for (Member& member : group_) member.stripped.end(member.stream, rows_);
  if (status.ok()) status = write_rows();
  group_.clear();
  if (!status.ok()) return status;
  if (options_.progress && !options_.progress(std::exchange(events_gathered_, 0))) {
    return Error{ErrorCode::closed, 0, options_.lane_directory, 0,
                 "compaction was stopped; it goes on from here the next time"};
  }
  return {};
}

void SegmentMerge::take(Member& member, EnvelopeView& view) {
  const std::uint64_t after = view.seq + view.event.seqs();
  if (after <= member.next_seq) return;  // an earlier input holds it too
  member.next_seq = after;
  if (member.strip && is_content(view.event.type)) {
    member.stripped.add(view, member.stream, rows_);
    return;
  }
  if (member.strip) {
    member.stripped.end(member.stream, rows_);
    strip(view.event);
  }
  rows_.add(member.stream, view);
}

Status SegmentMerge::gather(std::uint32_t input) {
  const auto walk = inputs_[input]->walk(numbers_[input], options_.strict);
  for (auto batch = walk->next_batch(); !batch.empty(); batch = walk->next_batch()) {
    Member& member = group_[members_[input][walk->number()]];
    for (EnvelopeView& view : batch) take(member, view);
    events_gathered_ += batch.size();
    // One stream alone may be larger than any memory.
    if (rows_.bytes() < 2 * options_.group_bytes) continue;
    if (Status s = write_rows(); !s.ok()) return s;
  }
  return walk->status();
}

Status SegmentMerge::write_rows() {
  if (rows_.rows().empty()) return {};
  // The next group is gathered while these blocks are compressed, where there are threads for it.
  Status status = writer_->begin_block(rows_.rows());
  rows_.clear();
  if (status.ok()) status = writer_->end_blocks(false);
  if (status.ok() && writer_->unsynced_bytes() > kUnsyncedBytesMax) status = writer_->sync();
  return status;
}

}  // namespace reel::merge
