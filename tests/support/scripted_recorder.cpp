#include "support/scripted_recorder.hpp"

#include <cstring>

namespace reel::test {

void ScriptedRecorder::begin() {
  ScriptedStream& to = stream();
  to.taken = true;
  detail::RecorderState& state = *to.state;
  std::string text = std::to_string(state.next_seq) + ".";
  to.begun.push_back(text);
  text.resize(script_[at_].bytes, 'x');
  event::FrameHeader header;
  header.type = static_cast<std::uint8_t>(EventType::token);
  header.slot = state.slot_index;
  header.incarnation = state.incarnation;
  header.seq = state.next_seq;
  header.ts = 1'000'000;
  const event::FrameParts parts{text, {}, 1};
  frame_.assign(event::frame_bytes(parts), '\0');
  event::put_frame(frame_.data(), header, parts);
  stage_ = fits() ? Stage::write : chunk_ == arena::kNoChunk ? Stage::take : Stage::full;
}

void ScriptedRecorder::push() {
  lane_.chunks().push(handover_, chunk_);
  if (mistake_ == Mistake::handover_twice) {
    if (last_pushed_ != arena::kNoChunk) lane_.chunks().push(handover_, last_pushed_);
    last_pushed_ = chunk_;
  }
  if (mistake_ == Mistake::commit_after_handover) {
    header().committed.store(static_cast<std::uint32_t>(used_), std::memory_order_release);
  }
  if (mistake_ == Mistake::release_too_early) lane_.give_chunk(chunk_);
  chunk_ = arena::kNoChunk;
}

void ScriptedRecorder::commit() {
  // The mistake leaves the last frame of a chunk for later.
  const bool last = mistake_ == Mistake::commit_after_handover && used_ + size() * 5 / 8 > size();
  if (!last) header().committed.store(static_cast<std::uint32_t>(used_), std::memory_order_release);
}

void ScriptedRecorder::step() {
  switch (stage_) {
    case Stage::begin:
      return begin();
    case Stage::full:
      header().state.store(static_cast<std::uint32_t>(arena::ChunkState::full),
                           std::memory_order_release);
      stage_ = Stage::push;
      return;
    case Stage::push:
      push();
      stage_ = Stage::take;
      return;
    case Stage::take:
      if (lane_.chunks().take_many(std::span(&chunk_, 1))) stage_ = Stage::open;
      return;
    case Stage::open:
      used_ = 0;
      header().order.store(order_++, std::memory_order_relaxed);
      header().committed.store(0, std::memory_order_relaxed);
      header().state.store(static_cast<std::uint32_t>(arena::ChunkState::open),
                           std::memory_order_release);
      stage_ = Stage::write;
      return;
    case Stage::write:
      if (mistake_ == Mistake::commit_before_writing) {
        used_ += frame_.size();
        commit();
        used_ -= frame_.size();
        stage_ = Stage::commit;
        return;
      }
      std::memcpy(lane_.arena().chunk(chunk_) + used_, frame_.data(), frame_.size());
      used_ += frame_.size();
      stage_ = Stage::commit;
      if (mistake_ == Mistake::hop_before_commit) {
        ++stream().state->next_seq;
        stream().taken = false;
      }
      return;
    case Stage::commit:
      if (mistake_ == Mistake::commit_before_writing) {
        std::memcpy(lane_.arena().chunk(chunk_) + used_, frame_.data(), frame_.size());
        used_ += frame_.size();
      } else {
        commit();
      }
      stage_ = Stage::done;
      return;
    case Stage::done:
      break;
  }
  ScriptedStream& to = stream();
  to.recorded.push_back(to.begun[to.recorded.size()]);
  if (mistake_ != Mistake::hop_before_commit) {
    ++to.state->next_seq;
    to.taken = false;
  }
  ++at_;
  stage_ = Stage::begin;
}

void ScriptedRecorder::retire() {
  if (chunk_ == arena::kNoChunk) return;
  header().state.store(static_cast<std::uint32_t>(arena::ChunkState::full),
                       std::memory_order_release);
  push();
}

}  // namespace reel::test
