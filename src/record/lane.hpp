// Lane: the recording side of one open log. It owns the arena and the queues of chunks, knows the
// open chunk of every thread that records, and decides what happens when the arena is full.
//
// Threads: record() from the thread that has the Recorder; everything else from any thread, except
// what is marked for the writer.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "arena/arena.hpp"
#include "event/frame.hpp"
#include "queue/chunk_queue.hpp"
#include "record/producers.hpp"
#include "record/published.hpp"
#include "record/rank.hpp"
#include "record/redaction.hpp"
#include "record/stamp_clock.hpp"
#include "record/state_pool.hpp"
#include "reel/options.hpp"
#include "reel/recorder.hpp"

namespace reel::record {

class Lane;

inline constexpr std::size_t kEventTypesEnd = 13;  // above every EventType's number

struct LaneOptions {
  Overflow overflow = Overflow::block;
  std::uint32_t block_deadline_ms = 1000;
  std::size_t event_bytes_max = 0;
  std::shared_ptr<const RedactionHooks> redaction;  // nullptr: none
};

}  // namespace reel::record

namespace reel::detail {

// What a Recorder is made of: one cache line that only its thread touches.
class alignas(record::kStateBytes) RecorderState {
 public:
  static void* operator new(std::size_t) { return record::take_state(); }
  static void operator delete(void* state) noexcept { record::give_state(state); }

  std::shared_ptr<record::Lane> lane;
  arena::StreamSlot* slot = nullptr;
  std::uint32_t slot_index = 0;
  std::uint32_t incarnation = 0;  // low 32 bits
  record::Published<std::uint64_t> next_seq;
  std::int64_t last_us = 0;  // stamps of a stream never go back
  // What keeps events from the short way, in one byte, which it looks at.
  enum Special : std::uint8_t {
    gap_pending = 1,  // events were dropped since the last recorded one
    redacts = 2,      // `redaction` is there
    far_on = 4,       // its seqs may come to an end: kSeqMax
  };
  std::uint8_t special = 0;
  bool is(Special what) const noexcept { return (special & what) != 0; }
  void set(Special what, bool on) noexcept {
    special = static_cast<std::uint8_t>(on ? special | what : special & ~what);
  }
  // The next event's seq; tokens go on by themselves.
  void go_on_at(std::uint64_t seq) noexcept {
    next_seq = seq;
    if (seq > kSeqMax / 2) set(far_on, true);
  }
  std::unique_ptr<record::Redaction> redaction;
};
static_assert(sizeof(RecorderState) == record::kStateBytes);

}  // namespace reel::detail

namespace reel::record {

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(std::unique_ptr<arena::Arena> arena, const LaneOptions& options, ClockKind clock,
       base::Clock& wall);
  ~Lane();

  // The general way: any event, any size.
  Append record(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                bool ts_is_double) noexcept;

  // The calling thread's Producer; nullptr in a forked child or on a thread that is ending.
  Producer* producer() noexcept {
    return current_producer.lane_id == id_ ? current_producer.producer : find_producer();
  }
  std::uint64_t id() const noexcept { return id_; }
  bool closed() const noexcept { return closed_.load(std::memory_order_relaxed); }
  bool forked() const noexcept;
  const std::shared_ptr<const RedactionHooks>& redaction() const noexcept {
    return options_.redaction;
  }
  // Texts of TOKENs below so many bytes need no further look at their size; 0 once the lane is
  // closed, so that the hot path sees both at once.
  std::size_t plain_text_end() const noexcept {
    return plain_text_end_.load(std::memory_order_relaxed);
  }
  std::int64_t stamp(detail::RecorderState& stream) noexcept {
    const std::int64_t now = clock_.now_us();
    if (now > stream.last_us) stream.last_us = now;
    return stream.last_us;
  }
  void release_stream(detail::RecorderState& stream) noexcept;
  // The calling thread ends: its chunk is handed over.
  void retire(Producer& producer) noexcept;

  void close() noexcept {
    closed_.store(true, std::memory_order_release);
    plain_text_end_.store(0, std::memory_order_release);
  }
  // Called when a thread waits for room, or brings the first work to a writer that dozes. Once set
  // to nullptr it is not called any more, and no call is under way.
  void set_waker(std::function<void()> waker);

  // For the writer.
  arena::Arena& arena() noexcept { return *arena_; }
  queue::ChunkQueue& chunks() noexcept { return queue_; }
  StampClock& clock() noexcept { return clock_; }
  // The writer goes to sleep for long, or is awake again.
  void set_dozing(bool dozing) noexcept { dozing_.store(dozing, std::memory_order_seq_cst); }
  bool under_pressure() const noexcept { return waiting_.load(std::memory_order_relaxed) != 0; }
  void take_released(std::vector<std::uint32_t>& slots);
  void give_chunk(std::uint32_t chunk) noexcept;
  // Chunks of a name that is too long for its slot. False: no room.
  bool take_name_chunk(std::uint32_t& chunk) noexcept;

  std::uint64_t recorded() const noexcept { return producers_.recorded(); }
  // Of one type, by its number.
  std::uint64_t drops(std::size_t type) const noexcept {
    return drops_[type].load(std::memory_order_relaxed);
  }
  // Events that wait for redaction: answered `held` and not recorded.
  std::uint64_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
  std::uint64_t refusals() const noexcept { return refusals_.load(std::memory_order_relaxed); }

 private:
  Producer* find_producer() noexcept;
  void wake() noexcept;
  void rouse() noexcept;
  void hand_over(Producer& producer) noexcept;
  bool open_chunk(Producer& producer, Rank rank) noexcept;
  // Chunks that an event of `rank` may have. Answers the lowest rank that may fill them; nullopt:
  // there are too few.
  std::optional<Rank> take_chunks(std::span<std::uint32_t> chunks, Rank rank) noexcept;
  bool take_keeping(std::span<std::uint32_t> chunks, Rank rank) noexcept;
  // May the thread's open chunk be filled by events of `rank`, by now?
  bool may_fill(Producer& producer, Rank rank) noexcept;
  // Room for so many bytes in the thread's open chunk or a new one.
  bool make_room(Producer& producer, std::size_t bytes, Rank rank) noexcept;
  // Tries until there is room, the policy says otherwise, or the deadline passes.
  template <class Try>
  bool with_patience(Rank rank, Try attempt) noexcept;
  Append record_redacted(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
                         bool ts_is_double);
  // Records what redaction has done with. `held`: something waits on.
  Append release_redacted(detail::RecorderState& stream) noexcept;
  void pop_redacted(Redaction& redaction) noexcept;
  void finish_redaction(detail::RecorderState& stream);
  void drop(detail::RecorderState& stream, const EventView& event) noexcept;
  // There was none: what becomes of the event.
  Append no_room(detail::RecorderState& stream, const EventView& event) noexcept;
  event::FrameHeader header_of(const detail::RecorderState& stream, EventType type, std::int64_t ts,
                               bool ts_is_double) const noexcept;
  void put_frame(Producer& producer, const event::FrameHeader& header,
                 const event::FrameParts& parts, std::size_t bytes) noexcept;
  bool record_run(Producer& producer, const event::FrameHeader& header,
                  const event::FrameParts& parts, std::size_t bytes);
  bool too_large(std::size_t frame_bytes, EventType type) const noexcept;
  Append put(detail::RecorderState& stream, const EventView& event, std::int64_t ts,
             bool ts_is_double);
  bool declare_gap(Producer& producer, detail::RecorderState& stream, std::size_t bytes_after,
                   Rank rank, event::FrameHeader header);

  const std::uint64_t id_;
  const LaneOptions options_;
  const std::uint32_t forks_;
  const std::uint32_t reserve_;  // chunks kept from TOKENs; 0 unless they are dropped
  std::atomic<bool> closed_{false};
  std::atomic<std::size_t> plain_text_end_;
  std::unique_ptr<arena::Arena> arena_;
  queue::ChunkQueue queue_;
  StampClock clock_;
  std::mutex waker_mutex_;  // guards waker_
  std::function<void()> waker_;
  std::atomic<bool> dozing_{false};
  std::atomic<std::uint64_t> orders_{1};  // once a chunk, never per event
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<std::uint32_t> urgent_{0};  // of those that wait: events of the last rank
  std::atomic<std::uint64_t> no_growth_since_{UINT64_MAX};  // queue_.given() when growing failed
  std::array<std::atomic<std::uint64_t>, kEventTypesEnd> drops_{};  // by type
  std::atomic<std::uint64_t> refusals_{0}, held_{0};
  Producers producers_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::uint32_t> released_;
};

}  // namespace reel::record
