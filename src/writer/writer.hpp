// Writer: brings what threads recorded into segments. A plain object: one thread calls step(), or a
// test does.
//
// One step drains the queue of full chunks, looks into the open ones when it is time, puts the
// frames in order per stream, writes blocks, and gives chunks and streams back once they are
// written. Three positions mark its progress: durable <= written <= recorded.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "io/large_memory.hpp"
#include "record/lane.hpp"
#include "writer/chunk_custody.hpp"
#include "writer/segment_log.hpp"
#include "writer/stream_ends.hpp"
#include "writer/stream_order.hpp"

namespace reel::writer {

struct WriterOptions {
  std::size_t batch_bytes = 0;
  std::int64_t sync_interval_us = 0;
};

// What a caller waits for.
enum class Demand : std::uint8_t { none, write, sync };

class Writer {
 public:
  Writer(record::Lane& lane, SegmentLog& segments, SlotPool& slots, base::Clock& clock,
         WriterOptions options);

  // One round. `demand` write: everything recorded before the call is written when this returns ok
  // and settled() is true. sync: and is durable once all_durable() is true or, when sync_began(), a
  // later step says sync_ended(). A step does not wait for a sync; it looks whether one is over.
  Status step(Demand demand);
  // At the very end: what open streams dropped last and no event has declared since.
  void take_pending_gaps();
  // Between two steps: see ChunkCustody.
  void clear_frames(std::span<const std::uint64_t> incarnations) noexcept {
    chunks_.clear_frames(incarnations);
  }
  // Nothing taken is waiting to be written.
  bool settled() const noexcept { return rows_.empty() && in_flight_.empty(); }
  bool all_durable() const noexcept {
    return durable_ == written_ && in_flight_.empty() && !segments_.unsynced();
  }
  // Of the last step: a sync of everything written so far has begun; the one before it is over and
  // was good.
  bool sync_began() const noexcept { return sync_began_ && syncing_writes_ == writes_; }
  bool sync_ended() const noexcept { return sync_ended_; }
  bool busy() const noexcept { return busy_; }  // the last step found work: do not sleep long

  std::uint64_t written() const noexcept { return written_; }
  std::uint64_t durable() const noexcept { return durable_; }
  std::uint64_t gaps() const noexcept { return gaps_; }
  std::uint64_t gap_events() const noexcept { return gap_events_; }
  std::uint64_t bytes_in() const noexcept { return bytes_in_; }  // of frames taken

 private:
  Status drain();
  Status sweep();
  Status take_chunk(std::uint32_t chunk);
  void take_frame(const char* frame, const Glance& glance);
  // Rows on their way into the segment, and what must stay until they are there.
  using Rows = io::LargeVector<segment::Row>;
  struct Batch {
    Rows rows;                             // `stream`: a place among the streams
    std::vector<std::uint32_t> streams;    // slots
    std::vector<std::uint64_t> next_seqs;  // of the streams: what follows those that are here
    ChunkCustody::Share chunks;
    bool has_gaps = false;
  };
  Status write_batch();
  Status begin_write();
  Status end_writes(bool wait);
  void put_in_flight(std::span<const segment::Row> later);
  void begin_batch(std::span<const segment::Row> rows);
  void after_write(Batch& batch);
  void count_gaps(const Batch& batch);
  void take_back_batches();
  void add_row(const char* frame, std::uint32_t slot, std::uint64_t seq,
               StreamOrder::Stream& stream);
  void sort_rows();
  std::uint32_t number_of(std::uint32_t slot_index);
  void take_owed_gaps();
  void turn_filter();
  bool pressed() const noexcept;
  Status sync(bool demanded);
  Status begin_sync();
  Status end_sync();
  Status rotate();
  struct UnsyncedStream {
    std::uint32_t slot, incarnation;
    std::uint64_t seq;  // written when the sync began
  };
  void take_unsynced();
  void publish_durable();
  void leave_unsynced();  // the sync has failed
  StreamOrder::Stream* known(const UnsyncedStream& entry) noexcept;

  record::Lane& lane_;
  SegmentLog& segments_;
  base::Clock& clock_;
  const WriterOptions options_;

  StreamOrder order_;
  ChunkCustody chunks_;
  StreamEnds ends_;

  // The batch: rows taken and not yet on their way. Their `stream` is a place in touched_streams_.
  Rows rows_;
  std::vector<std::uint32_t> touched_streams_;  // slots
  Rows sorted_;                                 // the same, as the segment wants them
  struct Place {
    std::uint32_t number, at, next;  // in the segment; of the stream; of its next row in sorted_
  };
  std::vector<Place> places_;  // by place
  bool batch_has_gaps_ = false;
  std::size_t batch_raw_bytes_ = 0;
  std::size_t batch_arena_bytes_ = 0;
  std::int64_t batch_since_us_ = 0;
  std::uint64_t batch_ = 1;
  std::deque<Batch> in_flight_;  // in order
  std::vector<Batch> spare_;     // their memory

  std::vector<UnsyncedStream> unsynced_streams_;  // written since the last sync began
  std::vector<UnsyncedStream> syncing_streams_;   // of the sync under way

  std::vector<std::string> owed_gaps_;  // frames of GAPs on their way into the batch
  std::int64_t swept_us_ = 0, synced_us_ = 0, slewed_us_ = 0, retry_us_ = 0;
  Status failure_;  // of the last step that did something
  std::uint64_t filter_epoch_ = 0, filter_turn_ = 0;
  bool busy_ = false;
  bool sync_began_ = false, sync_ended_ = false;
  std::uint64_t writes_ = 0;                        // batches written
  std::uint64_t syncing_ = 0, syncing_writes_ = 0;  // written_, writes_ when the last sync began
  std::uint64_t written_ = 0, durable_ = 0, gaps_ = 0, gap_events_ = 0, bytes_in_ = 0;
};

inline void Writer::add_row(const char* frame, std::uint32_t slot, std::uint64_t seq,
                            StreamOrder::Stream& stream) {
  if (stream.batch != batch_) {
    stream.batch = batch_;
    stream.place = static_cast<std::uint32_t>(touched_streams_.size());
    touched_streams_.push_back(slot);
  }
  rows_.push_back({stream.place, seq, frame});
}

}  // namespace reel::writer
