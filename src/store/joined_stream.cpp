#include "store/joined_stream.hpp"

#include <algorithm>
#include <utility>

namespace reel::store {
namespace {

// To the next event that is no GAP.
bool next_event(Cursor& cursor) {
  while (cursor.next()) {
    if (cursor.view().event.type != EventType::gap) return true;
  }
  return false;
}

}  // namespace

JoinedStream::JoinedStream(std::vector<Cursor> cursors) {
  for (Cursor& cursor : cursors) heads_.push_back({std::move(cursor), false});
  for (Head& head : heads_) head.at_event = head.cursor.next();
}

// Each head to where it tells something of next_seq_ or later.
bool JoinedStream::advance() {
  for (Head& head : heads_) {
    while (head.at_event && head.after() <= next_seq_) head.at_event = head.cursor.next();
    if (!head.at_event && !head.cursor.status()) {
      status_ = head.cursor.status();
      return false;
    }
  }
  return true;
}

bool JoinedStream::next() {
  event_ = gap_ = nullptr;
  if (!status_.ok() || !advance()) return false;
  std::uint64_t end = UINT64_MAX;  // up to where nobody has an event: there somebody tells more
  for (const Head& head : heads_) {
    if (!head.at_event) continue;
    if (head.view().seq > next_seq_) {
      end = std::min(end, head.view().seq);
    } else if (head.is_gap()) {
      end = std::min(end, head.after());
      // The GAP that begins last is the one that knows most about it.
      if (gap_ == nullptr || head.view().seq > gap_->seq) gap_ = &head.view();
    } else {
      event_ = &head.view();
      break;
    }
  }
  if (event_ != nullptr) {
    gap_ = nullptr;
    end = event_->seq + event_->event.seqs();
  } else if (end == UINT64_MAX) {
    return false;
  }
  seq_ = event_ != nullptr ? event_->seq : next_seq_;
  end_seq_ = next_seq_ = end;
  return true;
}

std::optional<std::uint64_t> first_conflict(Cursor a, Cursor b) {
  bool more_a = next_event(a), more_b = next_event(b);
  while (more_a && more_b) {
    const std::uint64_t at = a.view().seq, other = b.view().seq;
    if (at == other && !same_event(a.view().event, b.view().event)) return at;
    if (at <= other) more_a = next_event(a);
    if (other <= at) more_b = next_event(b);
  }
  return std::nullopt;
}

}  // namespace reel::store
