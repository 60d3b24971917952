#include "segment/stream_cursor.hpp"

#include <algorithm>
#include <utility>

#include "segment/fragments.hpp"

namespace reel::segment {

StreamCursor::StreamCursor(const SegmentFile& file, std::uint32_t number, std::uint64_t from_seq,
                           bool strict)
    : file_(file),
      number_(number),
      from_seq_(from_seq),
      strict_(strict),
      text_(file.take_buffer()),
      hash_(file.options().elision_key) {
  if (number >= file.streams()) return;
  links_ = file.links(number);
  const std::uint64_t first = file.stream(number).facts.first_seq;
  if (from_seq <= first) return;
  text_known_ = false;
  // The last block that begins at or before from_seq. A distance of kSeqDeltaMax means "or more".
  const std::uint64_t distance = std::min<std::uint64_t>(from_seq - first, kSeqDeltaMax - 1);
  const auto after = std::partition_point(
      links_.begin(), links_.end(), [&](const Link& link) { return link.seq_delta <= distance; });
  if (after != links_.begin()) next_link_ = static_cast<std::size_t>(after - links_.begin()) - 1;
}

bool StreamCursor::go_on(std::uint64_t offset, std::uint64_t bytes, std::string what) {
  Error error = file_.note_damage(offset, bytes, std::move(what));
  if (!strict_) return true;
  status_ = std::move(error);
  return false;
}

bool StreamCursor::next_block() {
  while (next_link_ < links_.size() && links_[next_link_].block < stop_before_) {
    const std::uint32_t ordinal = links_[next_link_++].block;
    block_ = file_.data_block(ordinal);
    block_offset_ = file_.block_offset(ordinal);
    if (block_ != nullptr) {
      next_run_ = block_->find_stream(number_);
      return true;
    }
    if (strict_) {  // else noted is enough: the file has done that
      status_ = Error{ErrorCode::damaged, 0, file_.path(), block_offset_,
                      "a block of this stream is damaged; read without strict to go past it"};
      return false;
    }
  }
  block_.reset();  // whoever waits here for long does not keep it
  return false;
}

bool StreamCursor::next_run() {
  while (block_ == nullptr || next_run_ == block_->run_count() ||
         block_->runs()[next_run_].stream != number_) {
    if (!next_block()) return false;
  }
  run_.emplace(*block_, next_run_++);
  return true;
}

// false: the run is over (then there is none), or reading has stopped.
bool StreamCursor::next_row_of_run() {
  while (run_->next()) {
    // Index and block may both be forged; order is not negotiable.
    if (!has_seq_ || run_->row().seq > seq_) return true;
  }
  const bool damaged = run_->damaged();
  run_.reset();
  if (damaged) (void)go_on(block_offset_, 0, "events of a block");
  return false;
}

bool StreamCursor::next_row() {
  while (status_.ok()) {
    if (run_ && next_row_of_run()) return true;
    if (status_.ok() && !next_run()) return false;
  }
  return false;
}

bool StreamCursor::in_range(const BlockRow& row) const {
  return row.seq >= from_seq_ || row.event.seqs() > from_seq_ - row.seq;
}

bool StreamCursor::next() {
  while (next_row()) {
    const BlockRow& row = run_->row();
    if (!in_range(row)) continue;
    switch (resolve(row)) {
      case Outcome::event:
        return true;
      case Outcome::skip:
        break;
      case Outcome::stop:
        return false;
    }
  }
  return false;
}

StreamCursor::Outcome StreamCursor::resolve(const BlockRow& row) {
  if (row.text == BlockRow::Text::elided) {
    if (!text_known_) restore_text(row.seq);
    if (!equals_text(row.check)) {
      const bool on = go_on(block_offset_, 0, "a content that was elided and cannot be restored");
      return on ? Outcome::skip : Outcome::stop;
    }
    event_ = row.event;
    event_.text = text_;
  } else if (row.text == BlockRow::Text::fragments) {
    const auto damage = assemble(file_.file(), file_.options().segment_id, row, fragments_, event_);
    if (damage) {
      const bool on = go_on(damage->offset, damage->bytes, "a fragment of a large event");
      return on ? Outcome::skip : Outcome::stop;
    }
  } else {
    event_ = row.event;
  }
  seq_ = row.seq;
  has_seq_ = true;
  absorb(row);
  return Outcome::event;
}

void StreamCursor::absorb(const BlockRow& row) {
  if (event_.type == EventType::checkpoint) {
    checkpoint_bytes_.reset();
    checkpoint_.reset();
  }
  if (row.text == BlockRow::Text::elided) return;
  if (Prediction::has_content(event_.type)) {
    replace_text(event_.text);
  } else if (text_known_ && event_.is_text_token()) {
    text_.append(event_.text);
  }
}

void StreamCursor::replace_text(std::string_view text) {
  if (checkpoint_bytes_) {
    text_.resize(*std::exchange(checkpoint_bytes_, std::nullopt));
    checkpoint_ = std::move(text_);
  }
  text_.assign(text);
  text_known_ = true;
  hash_ = ContentHash(file_.options().elision_key);
  hashed_bytes_ = 0;
}

// Is it the text so far that was elided?
bool StreamCursor::equals_text(std::uint32_t check) {
  hash_.update(std::string_view(text_).substr(hashed_bytes_));
  hashed_bytes_ = text_.size();
  return check_of(hash_) == check;
}

// Reads the stream from its front up to `seq` for the sake of its text.
void StreamCursor::restore_text(std::uint64_t seq) {
  StreamCursor front(file_, number_, 0, false);
  front.use_snapshots();
  if (seq > 0) {
    while (front.next_gathered(seq - 1) && front.seq() < seq) {
    }
  }
  text_ = std::move(front.text_);
  text_known_ = true;
}

}  // namespace reel::segment
