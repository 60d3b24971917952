#include "writer/stream_order.hpp"

#include <algorithm>

namespace reel::writer {

// Ranges are kept by seq and grow at their end, so that a chunk met too early makes one of them,
// however many frames it holds.
void StreamOrder::wait(std::vector<Range>& waiting, std::uint64_t seq, std::uint64_t end) {
  const auto after =
      std::upper_bound(waiting.begin(), waiting.end(), seq,
                       [](std::uint64_t value, const Range& range) { return value < range.seq; });
  if (after != waiting.begin() && std::prev(after)->end == seq) {
    std::prev(after)->end = end;
  } else {
    waiting.insert(after, {seq, end});
  }
}

void StreamOrder::take_out_of_order(std::uint32_t slot, Stream& stream, std::uint64_t seq,
                                    std::uint64_t end) {
  if (seq != stream.next) {
    wait(ahead_[slot], seq, end);
    return;
  }
  stream.next = end;
  const auto found = ahead_.find(slot);
  if (found == ahead_.end()) return;
  auto& waiting = found->second;
  auto taken = waiting.begin();
  while (taken != waiting.end() && taken->seq <= stream.next) {
    stream.next = std::max(stream.next, taken->end);
    ++taken;
  }
  waiting.erase(waiting.begin(), taken);
  if (waiting.empty()) ahead_.erase(found);
}

}  // namespace reel::writer
