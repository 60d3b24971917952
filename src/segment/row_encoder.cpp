#include "segment/row_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace reel::segment {
namespace {

// A frame's fifth and sixth byte when it is a token with an index and nothing else, but for how its
// stamp is written.
constexpr unsigned kPlainToken = static_cast<unsigned>(EventType::token) | event::kNumber << 8;
constexpr unsigned kTsDoubleBit = event::kTsDouble << 8;
// Below this the content costs less than its hash.
constexpr std::size_t kElideBytesMin = 24;
constexpr std::size_t kPrefetchRows = 12;

bool is_plain_token(const char* frame) noexcept {
  return (base::load<std::uint16_t>(frame + 4) & ~kTsDoubleBit) == kPlainToken &&
         base::load<std::uint32_t>(frame) <= kLenMax;
}

std::string_view plain_text(const char* frame) noexcept {
  return {frame + event::kFrameHeaderBytes, base::load<std::uint32_t>(frame)};
}

// Frames lie all over the arena, most of them over two cache lines.
void prefetch_frame(const char* frame) noexcept {
  constexpr std::size_t kTokenFrameBytes = 48;
  __builtin_prefetch(frame);
  __builtin_prefetch(frame + kTokenFrameBytes - 1);
}

Error bad_rows(std::string_view what) {
  return Error{ErrorCode::internal, 0, {}, 0, std::string(what)};
}

// Rows do not carry their size: it follows from the frame's own lengths.
std::optional<event::DecodedFrame> decode(const char* frame) noexcept {
  std::size_t bytes = event::kFrameHeaderBytes + base::load<std::uint32_t>(frame);
  const auto flags = base::load<std::uint8_t>(frame + 5);
  if ((flags & event::kWideNumber) != 0) bytes += sizeof(std::int64_t);
  if ((flags & event::kParts) != 0) {
    bytes += sizeof(std::uint32_t) + base::load<std::uint32_t>(frame + bytes);
  }
  return event::get_frame({frame, event::frame_aligned(bytes)});
}

std::int64_t ts_hint_us(const char* frame) noexcept {
  const auto flags = base::load<std::uint8_t>(frame + 5);
  if ((flags & event::kTsDouble) == 0) return base::load<std::int64_t>(frame + 24);
  const double us = base::load<double>(frame + 24) * 1000.0;
  return std::fabs(us) < 4.0e18 ? std::llrint(us) : 0;
}

void note_plain_token(event::StreamFacts& facts, const Row& row) noexcept {
  if (!facts.has_events) facts.first_seq = row.seq;
  facts.has_events = facts.has_token_count = true;
  ++facts.event_count;
  facts.next_seq = row.seq + 1;
  facts.token_count = std::int64_t{base::load<std::int32_t>(row.frame + 32)} + 1;
}

}  // namespace

std::uint32_t RowEncoder::add_stream(const StreamIdentity& identity) {
  contents_.push_back(fresh_);
  stretches_.emplace_back();
  return table_.add(identity);
}

void RowEncoder::begin_log() {
  logs_.push_back({table_.mark(), defined_, words_.size(), std::move(spare_)});
  spare_.clear();
}

Status RowEncoder::encode(std::span<const Row> rows) {
  begin_log();
  return encode_rows(rows);
}

Status RowEncoder::encode_definitions() {
  begin_log();
  if (defined_ == table_.size()) return {};
  Status status = define_up_to(table_.size());
  return status.ok() ? flush() : status;
}

void RowEncoder::settle() {
  spare_ = std::move(logs_.front().undo);
  spare_.clear();
  logs_.pop_front();
}

void RowEncoder::take_back() {
  run_open_ = false;
  for (; !logs_.empty(); logs_.pop_back()) {
    Log& log = logs_.back();
    table_.take_back(log.table);
    words_.take_back(log.words);
    defined_ = log.defined;
    for (Undo& undo : log.undo) {
      StreamRecord& record = table_.record(undo.number);
      const bool started = record.facts.has_start != undo.record.facts.has_start ||
                           record.start_seq != undo.record.start_seq;
      if (started) table_.facets().forget(undo.number);
      record = undo.record;
      contents_[undo.number] = undo.content;
      stretches_[undo.number] = std::move(undo.stretch);
    }
  }
  builder_.clear();
}

Status RowEncoder::encode_rows(std::span<const Row> rows) {
  while (!rows.empty()) {
    std::size_t count = 1;
    while (count < rows.size() && rows[count].stream == rows[0].stream) ++count;
    if (Status s = encode_stream(rows, count); !s.ok()) return s;
    rows = rows.subspan(count);
  }
  return builder_.empty() ? Status() : flush();
}

// The first `count` of `rows` are one stream's; those behind are known so that their frames can be
// asked for in time.
Status RowEncoder::encode_stream(std::span<const Row> rows, std::size_t count) {
  const std::uint32_t number = rows[0].stream;
  StreamRecord& record = table_.record(number);
  std::vector<Undo>& undo = logs_.back().undo;
  stretches_[number].forget_earlier();
  undo.push_back({number, record, contents_[number], stretches_[number]});
  if (Status s = define_up_to(number + 1); !s.ok()) return s;

  ContentHash content = contents_[number];
  content_.reset();
  event::StreamFacts& facts = record.facts;
  Stretch& stretch = stretches_[number];
  if (!facts.has_events) stretch.begin(rows[0].seq);
  for (std::size_t i = 0; i < count; ++i) {
    prefetch_frame(rows[std::min(i + kPrefetchRows, rows.size() - 1)].frame);
    const Row& row = rows[i];
    if (facts.has_events && row.seq < facts.next_seq) {
      return bad_rows("rows of a stream must ascend; this is a bug in reel, please report it");
    }
    if (stretch.spans(snapshot_events_, row.seq)) [[unlikely]] {
      if (Status s = put_snapshot(row, record, content); !s.ok()) return s;
    }
    if (is_plain_token(row.frame)) [[likely]] {
      if (!run_open_ || row.seq != run_next_seq_ || is_full()) {
        if (Status s = open_run(row, kLenMax); !s.ok()) return s;
      }
      builder_.add_plain_token(row.frame, content);
      note_plain_token(facts, row);
      stretch.note_text_token(row.seq);
      run_next_seq_ = row.seq + 1;
    } else if (Status s = encode_other(row, record, content); !s.ok()) {
      return s;
    }
  }
  close_run();
  if (builder_.raw_bound() >= block_bytes_) {
    if (Status s = flush(); !s.ok()) return s;
  }
  contents_[number] = content;
  const StreamRecord& before = undo.back().record;
  table_.add_events(facts.event_count - before.facts.event_count);
  if (facts.event_count + facts.gap_records > kSegmentEventsMax) {
    return Error{ErrorCode::too_large, 0, {}, 0, "a segment is full; start a new one"};
  }
  return {};
}

// What the rows before `next` add up to. It ends a run, so that whoever steps over those rows meets
// the next one at a run's front.
Status RowEncoder::put_snapshot(const Row& next, const StreamRecord& record,
                                const ContentHash& content) {
  close_run();
  Stretch& stretch = stretches_[next.stream];
  if (record.facts.next_seq <= stretch.first_seq()) return {};  // nothing but a hole so far
  std::string events;
  const Snapshot snapshot = stretch.snapshot(next.stream, record.facts.next_seq - 1,
                                             record.facts.token_count, content, events);
  if (!builder_.has_room(snapshot.events.size())) {
    if (Status s = flush(); !s.ok()) return s;
  }
  builder_.add_snapshot(snapshot);
  stretch.begin(record.facts.next_seq);
  return {};
}

void RowEncoder::close_run() {
  if (run_open_) builder_.end_run();
  run_open_ = false;
}

Status RowEncoder::open_run(const Row& row, std::size_t payload_bytes) {
  close_run();
  if (!has_room(payload_bytes)) {
    if (Status s = flush(); !s.ok()) return s;
  }
  builder_.begin_run(row.stream, row.seq, ts_hint_us(row.frame));
  run_open_ = true;
  return {};
}

// Is it the last content and the texts since, byte by byte?
bool RowEncoder::extends_content(const Row& row, std::string_view text) const noexcept {
  if (!content_ || !text.starts_with(*content_)) return false;
  text.remove_prefix(content_->size());
  for (const Row* since = since_; since != &row; ++since) {
    const auto frame = is_plain_token(since->frame) ? std::nullopt : decode(since->frame);
    if (frame && !frame->event.is_text_token()) continue;
    const std::string_view added = frame ? frame->event.text : plain_text(since->frame);
    if (!text.starts_with(added)) return false;
    text.remove_prefix(added.size());
  }
  return text.empty();
}

bool RowEncoder::elide(const Row& row, const EventView& event, const ContentHash& content) const {
  if (event.text.size() < kElideBytesMin || event.text.size() != content.bytes() ||
      event.parts.size() > kInlineBytesMax) {
    return false;
  }
  if (extends_content(row, event.text)) return true;
  ContentHash own = fresh_;
  own.update(event.text);
  return own == content;
}

// What the event makes of the text so far when it is stored whole.
void RowEncoder::note_content(const EventView& event, ContentHash& content) const {
  if (Prediction::has_content(event.type)) {
    content = fresh_;
    content.update(event.text);
  } else if (event.is_text_token()) {
    content.update(event.text);
  }
}

Status RowEncoder::encode_other(const Row& row, StreamRecord& record, ContentHash& content) {
  const std::optional<event::DecodedFrame> frame = decode(row.frame);
  if (!frame) return bad_rows("a frame is malformed; this is a bug in reel, please report it");
  const EventView& event = frame->event;
  const bool elided = Prediction::has_content(event.type) && elide(row, event, content);
  if (!elided) note_content(event, content);
  const std::size_t payload = (elided ? 0 : event.text.size()) + event.parts.size();
  const bool fragmented = payload > kInlineBytesMax;

  FragmentRef ref;
  if (fragmented) {
    if (Status s = put_fragments(event, ref); !s.ok()) return s;
  }
  const std::size_t in_block = fragmented ? 0 : payload;
  if (!run_open_ || row.seq != run_next_seq_ || !has_room(in_block)) {
    if (Status s = open_run(row, in_block); !s.ok()) return s;
  }
  if (fragmented) {
    builder_.add_fragmented(*frame, ref);
  } else {
    builder_.add(*frame, elided ? BlockBuilder::Text::elided : BlockBuilder::Text::whole,
                 elided ? check_of(content) : 0);
  }
  if (Prediction::has_content(event.type)) {
    content_ = event.text;
    since_ = &row + 1;
  }
  stretches_[row.stream].note(row.seq, event, elided, fragmented, content);
  record.facts.note(row.seq, event);
  if (event.type == EventType::start) {
    record.start_seq = row.seq;
    table_.facets().note(row.stream, event.part(Part::options).value_or("{}"));
  }
  run_next_seq_ = row.seq + 1;
  if (event.type == EventType::gap) close_run();  // the next seq is not the next row's
  return {};
}

Status RowEncoder::put_fragments(const EventView& event, FragmentRef& ref) {
  const auto offset = sink_->next_offset();
  if (!offset.ok()) return offset.error();
  ref.offset = *offset;
  BlockSpec spec;
  spec.kind = BlockKind::fragment;
  for (std::string_view bytes : {event.text, event.parts}) {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kFragmentRawMax);
      if (Status s = sink_->put_block(spec, piece); !s.ok()) return s;
      bytes.remove_prefix(piece.size());
    }
  }
  return {};
}

Status RowEncoder::define_up_to(std::uint32_t count) {
  for (; defined_ < count; ++defined_) {
    const StreamIdentity identity = table_.identity(defined_);
    if (!builder_.has_room_for_definition(identity)) {
      if (Status s = flush(); !s.ok()) return s;
    }
    builder_.add_definition(defined_, identity);
  }
  return {};
}

Status RowEncoder::flush() {
  BlockSpec spec;
  spec.events = builder_.events();
  spec.min_ts_ms = builder_.min_ts_ms();
  spec.max_ts_ms = builder_.max_ts_ms();
  const auto ordinal = static_cast<std::uint32_t>(table_.blocks().size());
  const std::string_view columns = builder_.finish(spec.shape);
  if (Status s = sink_->put_block(spec, columns); !s.ok()) return s;
  for (const BlockBuilder::RunInfo& run : builder_.runs()) {
    table_.link(run.stream, ordinal, run.first_seq);
  }
  for (SnapshotEntry snapshot : builder_.snapshots()) {
    snapshot.block = ordinal;
    table_.add_snapshot(snapshot);
  }
  builder_.clear();
  return {};
}

}  // namespace reel::segment
