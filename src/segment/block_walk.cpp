#include "segment/block_walk.hpp"

#include <algorithm>

namespace reel::segment {

BlockWalk::BlockWalk(const SegmentFile& file, bool strict) : file_(file), strict_(strict) {
  for (std::uint32_t ordinal = 0; ordinal < file.blocks(); ++ordinal) {
    if (file.holds_events(ordinal)) blocks_.push_back(ordinal);
  }
}

BlockWalk::BlockWalk(const SegmentFile& file, std::span<const std::uint32_t> numbers, bool strict)
    : file_(file), strict_(strict), wanted_(file.streams()) {
  for (const std::uint32_t number : numbers) {
    wanted_[number] = true;
    for (const Link& link : file.links(number)) blocks_.push_back(link.block);
  }
  std::sort(blocks_.begin(), blocks_.end());
  blocks_.erase(std::unique(blocks_.begin(), blocks_.end()), blocks_.end());
}

bool BlockWalk::next_block() {
  while (next_ < blocks_.size()) {
    const std::uint32_t ordinal = blocks_[next_++];
    block_ = file_.data_block(ordinal);
    next_run_ = 0;
    if (block_ != nullptr) return true;
    if (strict_) {
      status_ = file_.note_damage(file_.block_offset(ordinal), 0, "a block of the segment");
      return false;
    }
  }
  return false;
}

// The next stream of the block at hand, or of the block after it.
bool BlockWalk::next_stream() {
  if (cursor_ != nullptr && cursor_->at_end()) cursors_.erase(number_);
  cursor_ = nullptr;
  for (;;) {
    while (block_ == nullptr || next_run_ == block_->run_count()) {
      if (!next_block()) return false;
    }
    const auto& runs = block_->runs();
    number_ = runs[next_run_].stream;
    while (next_run_ < block_->run_count() && runs[next_run_].stream == number_) ++next_run_;
    if (wanted_.empty() || (number_ < wanted_.size() && wanted_[number_])) break;
  }
  cursor_ = &cursors_.try_emplace(number_, file_, number_, 0, strict_).first->second;
  cursor_->stop_before(blocks_[next_ - 1] + 1);
  return true;
}

std::span<EnvelopeView> BlockWalk::next_batch() {
  while (status_.ok()) {
    if (cursor_ != nullptr) {
      if (const std::size_t count = cursor_->next_batch(batch_); count > 0) {
        return std::span(batch_).first(count);
      }
      status_ = cursor_->status();
      if (!status_.ok()) break;
    }
    if (!next_stream()) break;
  }
  return {};
}

}  // namespace reel::segment
