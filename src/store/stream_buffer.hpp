// StreamBuffer: the events of one stream in memory, as Frames in chunks that only grow at the end.
//
//   chunks_ -> [chunk] -next-> [chunk] -next-> [chunk ....free]
//
// What is written never moves and never changes, so a walk over the events up to some Position may
// go on beside appends, without a lock: it reads no byte behind that position.
// Threads: everything here under the owner's lock, save BufferCursor's walking.
// Cost: 36 bytes an event beside its text, and free room for at most a quarter of what is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/facts.hpp"
#include "reel/store.hpp"

namespace reel::store {

// The bytes lie behind it.
struct BufferChunk {
  BufferChunk* next = nullptr;
  std::uint64_t first_seq = 0;
  std::size_t used = 0, capacity = 0;

  const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }

  struct Free {
    void operator()(BufferChunk* chunk) const noexcept { ::operator delete(chunk); }
  };
  using Ptr = std::unique_ptr<BufferChunk, Free>;
  static Ptr make(std::size_t capacity);
};

class StreamBuffer {
 public:
  static constexpr std::size_t kChunkBytesMin = 512;
  static constexpr std::size_t kChunkBytesMax = std::size_t{64} << 10;  // save for one large event

  struct Position {
    const BufferChunk* chunk = nullptr;
    std::size_t offset = 0;
    bool operator==(const Position&) const = default;
  };

  StreamBuffer(std::string_view id, std::uint64_t ordinal) : id_(id), ordinal_(ordinal) {}

  const std::string& id() const noexcept { return id_; }
  std::uint64_t ordinal() const noexcept { return ordinal_; }  // of its making among all streams
  std::uint64_t next_seq() const noexcept { return facts_.next_seq; }
  const event::StreamFacts& facts() const noexcept { return facts_; }

  // Room for this event. Throws std::bad_alloc, and then nobody sees that it was called.
  void make_room(const EventView& event);
  // Precondition: make_room(event) was the last call.
  void append(const EventView& event) noexcept;

  Position end() const noexcept;
  // Where to begin a walk that wants `seq`: at most one chunk before it.
  Position near(std::uint64_t seq) const noexcept;
  std::optional<EnvelopeView> last() const noexcept;                    // GAPs apart
  std::optional<std::string_view> last_start_options() const noexcept;  // nullopt: no START

  std::size_t bytes_reserved() const noexcept { return reserved_; }

 private:
  std::string id_;
  std::uint64_t ordinal_;
  event::StreamFacts facts_;
  std::vector<BufferChunk::Ptr> chunks_;
  std::size_t reserved_ = 0;
  Position last_, last_start_;  // frames of the last event that is no GAP, and the last START
};

// Walks the events of `buffer` within the range, as far as they were there when it was made, and
// keeps them alive.
class BufferCursor final : public EventCursor {
 public:
  // Under the owner's lock.
  BufferCursor(std::shared_ptr<const StreamBuffer> buffer, SeqRange range) noexcept;
  // Without it.
  bool next() override;
  const EnvelopeView& view() const noexcept override { return view_; }
  const Status& status() const noexcept override { return status_; }
  std::optional<std::uint64_t> last_seq() override { return last_seq_; }

 private:
  std::shared_ptr<const StreamBuffer> buffer_;
  SeqRange range_;
  std::optional<std::uint64_t> last_seq_;
  StreamBuffer::Position at_, end_;
  EnvelopeView view_;
  Status status_;
};

}  // namespace reel::store
