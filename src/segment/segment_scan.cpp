#include "segment/segment_scan.hpp"

#include <utility>

#include "event/frame.hpp"
#include "segment/fragments.hpp"
#include "segment/lineage.hpp"

namespace reel::segment {

void SegmentScan::find(std::uint64_t offset, std::uint64_t bytes, std::string what) {
  findings_.push_back({offset, bytes, std::move(what)});
}

void SegmentScan::run(const io::FileView& file) {
  while (!index_ && end_ < file.size() && step(file)) {
  }
}

bool SegmentScan::step(const io::FileView& file) {
  const auto header = read_block_header(file, end_, options_.segment_id);
  if (!header) return bad_block(file, 0, "block header");
  if (header->kind == BlockKind::index) {
    index_ = header;
    return false;
  }
  // An ordinal that no honest file can have must not make us reserve memory for it.
  if (header->ordinal < table_.blocks().size() || header->ordinal > end_ / sizeof(BlockHeader) ||
      (!options_.past_damage && header->ordinal != table_.blocks().size())) {
    return bad_block(file, block_bytes(*header), "block order");
  }
  const auto block = read_block(file, *header);
  if (!block) return bad_block(file, block_bytes(*header), "block payload");
  return take_block(file, *block);
}

// `bytes`: how far the block reaches when its header can be believed, else 0.
bool SegmentScan::bad_block(const io::FileView& file, std::uint64_t bytes, std::string what) {
  if (!options_.past_damage) return false;
  const std::uint64_t from = end_;
  end_ += bytes != 0 ? bytes : kBlockAlign;
  while (bytes == 0 && end_ < file.size() && !read_block_header(file, end_, options_.segment_id)) {
    end_ += kBlockAlign;
  }
  find(from, end_ - from, std::move(what));
  return true;
}

bool SegmentScan::take_block(const io::FileView& file, const StoredBlock& block) {
  const BlockHeader& header = block.header;
  if (header.kind == BlockKind::data && !take_data(file, block)) {
    return bad_block(file, block_bytes(header), "block columns");
  }
  if (header.kind == BlockKind::dictionary && !take_dictionary(block)) {
    return bad_block(file, block_bytes(header), "dictionary");
  }
  if (header.kind == BlockKind::facets && !take_facets(block)) {
    return bad_block(file, block_bytes(header), "facets");
  }
  if (header.kind == BlockKind::lineage && !take_lineage(block)) {
    return bad_block(file, block_bytes(header), "lineage");
  }
  if (header.kind == BlockKind::fragment && options_.check_contents && unpack(block) == nullptr) {
    return bad_block(file, block_bytes(header), "fragment");
  }
  // Blocks that were skipped keep their places.
  if (table_.blocks().size() <= header.ordinal) table_.blocks().resize(header.ordinal + 1U);
  table_.blocks()[header.ordinal] = entry_of(header);
  digest_ = digest_step(digest_, header.header_checksum);
  end_ += block_bytes(header);
  ++blocks_seen_;
  return true;
}

bool SegmentScan::take_data(const io::FileView& file, const StoredBlock& stored) {
  const BlockHeader& header = stored.header;
  const auto block = DataBlock::parse(stored.payload(), header.raw_bytes, stored.keep, words_);
  if (block == nullptr || block->events() != header.events || !take_words(*block, *words_)) {
    return false;
  }
  take_definitions(*block);
  bool whole = true;
  std::size_t snapshot = 0;
  for (std::size_t run = 0; run < block->run_count(); ++run) {
    const BlockRun& info = block->runs()[run];
    whole &= check_snapshots(*block, snapshot, info.stream, info.first_seq);
    whole &= take_run(file, *block, run, header.ordinal);
  }
  whole &= check_snapshots(*block, snapshot, UINT32_MAX, UINT64_MAX);
  for (const Snapshot& s : block->snapshots()) {
    table_.add_snapshot({s.first_seq, s.last_seq, s.text.bytes(), s.stream, header.ordinal});
  }
  if (!whole) find(header.offset, block_bytes(header), "events or contents of the block");
  return true;
}

// Everything in it is in the data blocks too: it matters where one of those is damaged.
bool SegmentScan::take_dictionary(const StoredBlock& block) {
  const auto raw = unpack(block);
  if (raw == nullptr) return false;
  const std::uint32_t known = words_->size();
  if (!words_->add_dictionary({raw.get(), block.header.raw_bytes})) return false;
  return options_.past_damage || words_->size() == known;
}

// What it tells the STARTs before it must say, where nothing is missing.
bool SegmentScan::take_facets(const StoredBlock& block) {
  if (!options_.check_contents) return true;
  const auto raw = unpack(block);
  if (raw == nullptr) return false;
  const auto facets =
      FacetIndex::parse(std::string(raw.get(), block.header.raw_bytes), table_.size());
  if (!facets) return !findings_.empty();
  return !findings_.empty() || table_.facets().agrees_with(*facets, table_.size());
}

bool SegmentScan::take_lineage(const StoredBlock& block) const {
  if (!options_.check_contents) return true;
  const auto raw = unpack(block);
  return raw != nullptr &&
         (!findings_.empty() || Lineage::parse({raw.get(), block.header.raw_bytes}, table_.size()));
}

void SegmentScan::take_definitions(const DataBlock& block) {
  for (const StreamDefinition& d : block.definitions()) {
    if (d.number < table_.size()) continue;
    // Holes are streams whose definition was damaged; a file cannot define more than it has bytes.
    if (d.number - table_.size() > end_) return;
    while (table_.size() < d.number) table_.add({});
    table_.add(d.identity);
  }
  if (!options_.check_contents) return;
  contents_.resize(table_.size(), ContentHash(options_.elision_key));
  stretches_.resize(table_.size());
}

bool SegmentScan::take_run(const io::FileView& file, const DataBlock& block, std::size_t run,
                           std::uint32_t ordinal) {
  const BlockRun& info = block.runs()[run];
  if (info.stream >= table_.size()) return false;
  const StreamRecord& record = table_.record(info.stream);
  if (record.facts.has_events && info.first_seq < record.facts.next_seq) return false;
  RunReader reader(block, run);
  bool whole = true;
  while (reader.next()) whole &= take_row(file, info.stream, reader.row());
  if (record.facts.has_events) table_.link(info.stream, ordinal, info.first_seq);
  return whole && !reader.damaged();
}

bool SegmentScan::take_row(const io::FileView& file, std::uint32_t stream, const BlockRow& row) {
  StreamRecord& record = table_.record(stream);
  EventView event = row.event;
  const bool needs_parts = row.text == BlockRow::Text::fragments &&
                           (options_.check_contents || row.fragment_parts_bytes != 0);
  if (needs_parts && assemble(file, options_.segment_id, row, fragments_, event)) return false;
  if (options_.check_contents && !record.facts.has_events) stretches_[stream].begin(row.seq);
  record.facts.note(row.seq, event);
  if (event.type == EventType::start) {
    record.start_seq = row.seq;
    table_.facets().note(stream, event.part(Part::options).value_or("{}"));
  }
  if (event.type != EventType::gap) table_.add_events(1);
  return !options_.check_contents || check_content(stream, row, event);
}

// The block's snapshots of rows before `seq` of `stream`: is each what the rows add up to?
bool SegmentScan::check_snapshots(const DataBlock& block, std::size_t& next, std::uint32_t stream,
                                  std::uint64_t seq) {
  bool right = true;
  for (; next < block.snapshots().size(); ++next) {
    const Snapshot& stored = block.snapshots()[next];
    if (std::pair(stored.stream, stored.last_seq) >= std::pair(stream, seq)) break;
    if (!options_.check_contents) continue;
    if (stored.stream >= table_.size()) return false;
    const event::StreamFacts& facts = table_.record(stored.stream).facts;
    Stretch& stretch = stretches_[stored.stream];
    std::string told, found, events;
    append_snapshot(told, stored);
    append_snapshot(found, stretch.snapshot(stored.stream, facts.next_seq - 1, facts.token_count,
                                            contents_[stored.stream], events));
    right &= told == found;
    stretch.begin(stored.last_seq + 1);
  }
  return right;
}

bool SegmentScan::check_content(std::uint32_t stream, const BlockRow& row, const EventView& event) {
  ContentHash& content = contents_[stream];
  const bool elided = row.text == BlockRow::Text::elided;
  stretches_[stream].note(row.seq, event, elided, row.text == BlockRow::Text::fragments, content);
  if (elided) return check_of(content) == row.check;
  if (Prediction::has_content(event.type)) {
    content = ContentHash(options_.elision_key);
    content.update(event.text);
  } else if (event.is_text_token()) {
    content.update(event.text);
  }
  return event.parts.empty() || event::parts_well_formed(event.parts);
}

}  // namespace reel::segment
