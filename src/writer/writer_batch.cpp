// The writer's batches: rows on their way into the segment, until they are there or come back.
#include <algorithm>
#include <utility>

#include "writer/glance.hpp"
#include "writer/writer.hpp"

namespace reel::writer {

// The stream's number in the active segment.
std::uint32_t Writer::number_of(std::uint32_t slot_index) {
  StreamOrder::Stream& stream = order_[slot_index];
  if (stream.epoch == segments_.epoch()) return stream.number;
  const arena::StreamSlot& slot = lane_.arena().slot(slot_index);
  const std::string_view name = lane_.arena().name_of(slot);
  segment::StreamIdentity identity;
  identity.name_space = name.substr(0, slot.name_space_bytes);
  identity.id = name.substr(slot.name_space_bytes);
  identity.incarnation = slot.incarnation.load(std::memory_order_relaxed);
  identity.ordinal = slot.ordinal;
  stream.number = segments_.add_stream(identity);
  if (filter_epoch_ != segments_.epoch()) turn_filter();
  lane_.arena().filter(filter_turn_).add(arena::name_hash(identity.name_space, identity.id));
  stream.epoch = segments_.epoch();
  return stream.number;
}

// A new segment has begun. The filter of the one before the last is free: only the last may still be
// on its way to being sealed. That it is listed others are told before they can miss it here.
void Writer::turn_filter() {
  filter_epoch_ = segments_.epoch();
  lane_.arena().header().listings.fetch_add(1, std::memory_order_release);
  arena::NameFilter& filter = lane_.arena().filter(++filter_turn_);
  if (segments_.all_listed()) {
    filter.clear();
  } else {
    filter.fill();
  }
}

// Rows come with their stream's place in the batch. Here they get its number in the active segment,
// which may be younger than the rows, and go to where the segment wants them: one pass that looks
// at no frame.
void Writer::sort_rows() {
  places_.assign(touched_streams_.size(), {});
  for (std::uint32_t i = 0; i < places_.size(); ++i) places_[i].at = i;
  for (const segment::Row& row : rows_) ++places_[row.stream].next;
  for (Place& place : places_) {
    if (place.next != 0) place.number = number_of(touched_streams_[place.at]);
  }
  std::sort(places_.begin(), places_.end(),
            [](const Place& a, const Place& b) { return a.number < b.number; });
  std::uint32_t next = 0;
  for (Place& place : places_) next += std::exchange(place.next, next);
  std::sort(places_.begin(), places_.end(),
            [](const Place& a, const Place& b) { return a.at < b.at; });
  sorted_.resize(rows_.size());
  for (const segment::Row& row : rows_) {
    Place& place = places_[row.stream];
    sorted_[place.next++] = {place.number, row.seq, row.frame};
  }
}

Status Writer::write_batch() {
  if (rows_.empty()) {
    chunks_.release(chunks_.hand_over({}));
    return {};
  }
  std::vector<segment::Row> later;
  if (order_.any_waits()) {
    const auto middle = std::partition(rows_.begin(), rows_.end(), [&](const segment::Row& row) {
      return !order_.waits(slot_of(row.frame), row.seq);
    });
    later.assign(middle, rows_.end());
    rows_.erase(middle, rows_.end());
  }
  Status status = begin_write();
  if (!status) {
    rows_.insert(rows_.end(), later.begin(), later.end());
    (void)end_writes(false);  // those before it that did get there count; the others did not
    take_back_batches();
    return status;
  }
  put_in_flight(later);
  if (status = end_writes(false); !status) return status;
  return rotate();
}

Status Writer::begin_write() {
  if (rows_.empty()) return {};
  busy_ = true;
  Status status = segments_.ensure_open();
  if (!status) return status;
  sort_rows();
  return segments_.begin_append(sorted_);
}

// The rows are on their way; those that wait for others begin the next batch.
void Writer::put_in_flight(std::span<const segment::Row> later) {
  Batch batch;
  if (!spare_.empty()) {
    batch = std::move(spare_.back());
    spare_.pop_back();
  }
  const bool any = !rows_.empty();
  batch.rows.swap(rows_);
  batch.streams.swap(touched_streams_);
  for (const std::uint32_t slot : batch.streams) batch.next_seqs.push_back(order_[slot].next);
  batch.has_gaps = batch_has_gaps_;
  batch.chunks = chunks_.hand_over(later);
  begin_batch(later);
  batch_raw_bytes_ = batch_arena_bytes_ = 0;
  batch_since_us_ = clock_.monotonic_us();
  if (any) {
    in_flight_.push_back(std::move(batch));
  } else {
    chunks_.release(std::move(batch.chunks));
  }
}

// A new batch, of rows that have been taken already.
void Writer::begin_batch(std::span<const segment::Row> rows) {
  rows_.clear();
  touched_streams_.clear();
  ++batch_;
  batch_has_gaps_ = false;
  for (const segment::Row& row : rows) {
    batch_has_gaps_ = batch_has_gaps_ || type_of(row.frame) == EventType::gap;
    const std::uint32_t slot = slot_of(row.frame);
    add_row(row.frame, slot, row.seq, order_[slot]);
  }
}

Status Writer::end_writes(bool wait) {
  if (in_flight_.empty()) return {};
  const SegmentLog::Appends ended = segments_.end_appends(wait);
  for (std::size_t i = 0; i < ended.batches; ++i) {
    after_write(in_flight_.front());
    spare_.push_back(std::move(in_flight_.front()));
    in_flight_.pop_front();
  }
  if (!ended.status) take_back_batches();
  return ended.status;
}

// None of those in flight counts: their rows come before those taken since.
void Writer::take_back_batches() {
  if (in_flight_.empty()) return;
  std::vector<segment::Row> rows;
  for (Batch& batch : in_flight_) {
    rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
    chunks_.take_back(std::move(batch.chunks));
  }
  in_flight_.clear();
  rows.insert(rows.end(), rows_.begin(), rows_.end());
  begin_batch(rows);
}

void Writer::after_write(Batch& batch) {
  ++writes_;
  written_ += batch.rows.size();
  if (batch.has_gaps) count_gaps(batch);
  for (std::size_t i = 0; i < batch.streams.size(); ++i) {
    const std::uint32_t slot = batch.streams[i];
    StreamOrder::Stream& stream = order_[slot];
    lane_.arena().slot(slot).written_seq.store(batch.next_seqs[i], std::memory_order_release);
    if (stream.unsynced) continue;
    stream.unsynced = true;
    unsynced_streams_.push_back({slot, stream.incarnation, 0});
  }
  chunks_.release(std::move(batch.chunks));
  batch.rows.clear();
  batch.streams.clear();
  batch.next_seqs.clear();
}

void Writer::count_gaps(const Batch& batch) {
  for (const segment::Row& row : batch.rows) {
    if (type_of(row.frame) != EventType::gap) continue;
    --written_;
    ++gaps_;
    gap_events_ += seqs_of(row.frame, glance(row.frame));
  }
}

}  // namespace reel::writer
