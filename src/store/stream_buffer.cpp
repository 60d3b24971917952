#include "store/stream_buffer.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "event/frame.hpp"

namespace reel::store {
namespace {

event::FrameParts parts_of(const EventView& event) noexcept {
  return {event.text, event.parts, event.number};
}

// Precondition: a frame begins there. Frames are made here alone, so they can be read.
event::DecodedFrame frame_at(const BufferChunk& chunk, std::size_t offset,
                             std::size_t end) noexcept {
  return *event::get_frame(std::string_view(chunk.bytes() + offset, end - offset));
}

}  // namespace

BufferChunk::Ptr BufferChunk::make(std::size_t capacity) {
  Ptr chunk(new (::operator new(sizeof(BufferChunk) + capacity)) BufferChunk);
  chunk->capacity = capacity;
  return chunk;
}

void StreamBuffer::make_room(const EventView& event) {
  const std::size_t bytes = event::frame_bytes(parts_of(event));
  if (!chunks_.empty() && chunks_.back()->capacity - chunks_.back()->used >= bytes) return;
  const std::size_t usual = std::clamp(reserved_ / 4, kChunkBytesMin, kChunkBytesMax);
  BufferChunk::Ptr chunk = BufferChunk::make(std::max(usual, bytes));
  BufferChunk* const made = chunk.get();
  chunks_.push_back(std::move(chunk));
  if (chunks_.size() > 1) chunks_[chunks_.size() - 2]->next = made;
  reserved_ += sizeof(BufferChunk) + made->capacity;
}

void StreamBuffer::append(const EventView& event) noexcept {
  BufferChunk& chunk = *chunks_.back();
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(event.type);
  header.flags = event::kTsDouble;
  header.seq = next_seq();
  header.ts = base::load<std::int64_t>(&event.ts_ms);
  const event::FrameParts parts = parts_of(event);
  event::put_frame(chunk.bytes() + chunk.used, header, parts);
  if (chunk.used == 0) chunk.first_seq = header.seq;
  if (event.type != EventType::gap) last_ = {&chunk, chunk.used};
  if (event.type == EventType::start) last_start_ = last_;
  chunk.used += event::frame_bytes(parts);
  facts_.note(header.seq, event);
}

StreamBuffer::Position StreamBuffer::end() const noexcept {
  if (chunks_.empty()) return {};
  return {chunks_.back().get(), chunks_.back()->used};
}

StreamBuffer::Position StreamBuffer::near(std::uint64_t seq) const noexcept {
  if (chunks_.empty()) return {};
  const auto behind = std::upper_bound(chunks_.begin() + 1, chunks_.end(), seq,
                                       [](std::uint64_t wanted, const BufferChunk::Ptr& chunk) {
                                         return wanted < chunk->first_seq;
                                       });
  return {std::prev(behind)->get(), 0};
}

std::optional<EnvelopeView> StreamBuffer::last() const noexcept {
  if (last_.chunk == nullptr) return std::nullopt;
  const auto frame = frame_at(*last_.chunk, last_.offset, last_.chunk->used);
  return EnvelopeView{id_, frame.header.seq, frame.event};
}

std::optional<std::string_view> StreamBuffer::last_start_options() const noexcept {
  if (last_start_.chunk == nullptr) return std::nullopt;
  const auto frame = frame_at(*last_start_.chunk, last_start_.offset, last_start_.chunk->used);
  return frame.event.part(Part::options).value_or("{}");
}

BufferCursor::BufferCursor(std::shared_ptr<const StreamBuffer> buffer, SeqRange range) noexcept
    : buffer_(std::move(buffer)),
      range_(range),
      at_(buffer_->near(range.first)),
      end_(buffer_->end()) {
  const std::uint64_t next = buffer_->next_seq();
  if (next > 0) last_seq_ = std::min(next - 1, range.last);
}

bool BufferCursor::next() {
  while (at_ != end_) {
    // Only the last chunk grows beside this walk: elsewhere `used` stands still.
    const std::size_t chunk_end = at_.chunk == end_.chunk ? end_.offset : at_.chunk->used;
    if (at_.offset == chunk_end) {
      at_ = {at_.chunk->next, 0};
      continue;
    }
    const auto frame = frame_at(*at_.chunk, at_.offset, chunk_end);
    if (frame.header.seq > range_.last) {
      at_ = end_;
      return false;
    }
    at_.offset += frame.size;
    if (frame.header.seq < range_.first || frame.event.type == EventType::gap) continue;
    view_ = {buffer_->id(), frame.header.seq, frame.event};
    return true;
  }
  return false;
}

}  // namespace reel::store
