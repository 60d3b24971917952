#include "support/offered.hpp"

namespace reel::test {

std::string Offered::difference(const StoredStream& stream) const {
  auto expected = taken_.begin();
  std::uint64_t next = 0;
  for (const auto& [seq, event] : stream.events) {
    const std::string at = " at seq " + std::to_string(seq);
    if (seq != next) return "not " + std::to_string(next) + " but an event" + at;
    if (expected == taken_.end()) return "more than was offered" + at;
    const auto* gap = std::get_if<Gap>(&event.body);
    if (expected->stored) {
      if (describe(seq, event) != expected->line) return "another event" + at;
      next = expected->seq + expected->seqs;
      ++expected;
      continue;
    }
    if (gap == nullptr) return "a dropped event is there" + at;
    if (gap->cause != "overflow") return "a GAP of another cause" + at;
    for (next = seq + gap->count; expected != taken_.end() && expected->seq < next; ++expected) {
      if (expected->stored) return "a GAP covers a recorded event" + at;
    }
    const std::uint64_t end = expected == taken_.end() ? next_ : expected->seq;
    if (end != next) return "a GAP ends at " + std::to_string(next) + at;
  }
  return next == next_ ? "" : "ends at " + std::to_string(next) + ", not " + std::to_string(next_);
}

std::string difference(const std::map<std::string, Offered>& offered, const Stored& stored) {
  for (const auto& [id, stream] : stored) {
    if (!offered.contains(id)) return "an unknown stream " + id;
  }
  for (const auto& [id, stream] : offered) {
    const auto found = stored.find(id);
    const std::string wrong =
        stream.difference(found == stored.end() ? StoredStream() : found->second);
    if (!wrong.empty()) return id + ": " + wrong;
  }
  return "";
}

}  // namespace reel::test
