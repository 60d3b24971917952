#include "merge/merge_order.hpp"

#include <algorithm>
#include <utility>

namespace reel::merge {
namespace {

struct LaterHead {
  bool operator()(const auto& a, const auto& b) const noexcept {
    return std::pair(a.key, a.input) > std::pair(b.key, b.input);
  }
};

}  // namespace

std::uint64_t MergeStream::events() const noexcept {
  std::uint64_t events = 0;
  for (const MergePart& part : parts) events += part.facts.event_count + part.facts.gap_records;
  return events;
}

double MergeStream::latest_ms(const Inputs& inputs) const {
  double latest = 0;
  for (const MergePart& part : parts) {
    latest = std::max(latest, inputs[part.input]->latest_ms(part.number));
  }
  return latest;
}

std::size_t piece_length(std::span<const MergePart> parts) noexcept {
  std::uint64_t next_seq = parts.front().facts.next_seq;
  std::size_t length = 1;
  for (; length < parts.size() && parts[length].facts.first_seq <= next_seq; ++length) {
    next_seq = std::max(next_seq, parts[length].facts.next_seq);
  }
  return length;
}

MergeOrder::MergeOrder(const Inputs& inputs)
    : inputs_(inputs), entries_(inputs.size()), at_(inputs.size()) {
  for (std::uint32_t input = 0; input < inputs.size(); ++input) {
    const segment::SegmentReader& reader = *inputs[input];
    std::vector<Entry>& entries = entries_[input];
    for (std::uint32_t number = 0; number < reader.stream_count(); ++number) {
      const auto stream = reader.stream(number);
      if (!stream.facts.has_events) continue;
      entries.push_back({{stream.identity.ordinal, stream.identity.incarnation}, number});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.key, a.number) < std::pair(b.key, b.number);
    });
    push(input);
  }
}

void MergeOrder::push(std::uint32_t input) {
  if (at_[input] == entries_[input].size()) return;
  heads_.push_back({entries_[input][at_[input]].key, input});
  std::push_heap(heads_.begin(), heads_.end(), LaterHead{});
}

std::optional<MergeStream> MergeOrder::next() {
  if (heads_.empty()) return std::nullopt;
  MergeStream stream;
  const StreamKey key = heads_.front().key;
  while (!heads_.empty() && heads_.front().key == key) {
    const std::uint32_t input = heads_.front().input;
    std::pop_heap(heads_.begin(), heads_.end(), LaterHead{});
    heads_.pop_back();
    const std::uint32_t number = entries_[input][at_[input]++].number;
    auto known = inputs_[input]->stream(number);
    stream.parts.push_back({input, number, known.facts});
    if (stream.parts.size() == 1) stream.known = std::move(known);
    push(input);
  }
  stream.identity = stream.known.identity;
  return stream;
}

void MergeOrder::skip(const StreamKey& upto) {
  heads_.clear();
  for (std::uint32_t input = 0; input < entries_.size(); ++input) {
    const auto after = std::partition_point(entries_[input].begin(), entries_[input].end(),
                                            [&](const Entry& e) { return e.key <= upto; });
    at_[input] = static_cast<std::size_t>(after - entries_[input].begin());
    push(input);
  }
}

}  // namespace reel::merge
