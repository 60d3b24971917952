#include "reader/newest.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "reader/cursor.hpp"

namespace reel::reader {
namespace {

class Latest {
 public:
  Latest(const StoreView& store, std::string_view name_space)
      : store_(store), name_space_(name_space) {}

  void add(std::string_view name_space, std::string_view id) {
    if (name_space != name_space_ || !known_.emplace(id).second) return;
    if (auto parts = find_stream(store_, name_space, id)) streams_.push_back(*std::move(parts));
  }

  // How many events of the namespace the segment holds.
  std::uint64_t add(const segment::SegmentReader& segment) {
    std::uint64_t events = 0;
    for (std::uint32_t i = 0; i < segment.stream_count(); ++i) {
      const auto stream = segment.stream(i);
      if (stream.identity.name_space == name_space_) events += stream.facts.event_count;
      add(stream.identity.name_space, stream.identity.id);
    }
    return events;
  }

  std::vector<StreamParts> take() { return std::move(streams_); }

 private:
  const StoreView& store_;
  const std::string_view name_space_;
  std::unordered_set<std::string> known_;
  std::vector<StreamParts> streams_;
};

}  // namespace

std::vector<StreamParts> latest_streams(const StoreView& store, std::string_view name_space,
                                        std::size_t count) {
  Latest latest(store, name_space);
  for (const auto& [key, part] : store.arena_streams) {
    latest.add(part.stream->name_space, part.stream->id);
  }
  for (const Lane& lane : store.lanes) {
    std::uint64_t events = 0;
    for (auto segment = lane.segments.rbegin(); segment != lane.segments.rend(); ++segment) {
      if (events >= count) break;
      events += latest.add(*segment->reader);
    }
  }
  return latest.take();
}

bool NewestEvents::Placed::operator<(const Placed& other) const {
  return std::tie(order_ms, ordinal, envelope.seq) <
         std::tie(other.order_ms, other.ordinal, other.envelope.seq);
}

// False: nothing that comes before these can matter.
bool NewestEvents::read(const StreamParts& parts, std::uint64_t from_seq,
                        std::vector<Placed>& found) const {
  detail::CursorCore cursor(view_, parts, {from_seq, UINT64_MAX}, false);
  bool go_on = true;
  double order_ms = 0;
  found.clear();
  for (bool first = true; cursor.next(); first = false) {
    const EnvelopeView& view = cursor.view();
    if (view.event.type == EventType::gap) continue;
    order_ms = first ? view.event.ts_ms : std::max(order_ms, view.event.ts_ms);
    if (view.event.ts_ms < asked_.since_ms) go_on = false;
    if (view.event.ts_ms < asked_.since_ms || view.event.ts_ms >= asked_.until_ms) continue;
    found.push_back(
        {order_ms, parts.ordinal, {std::string(view.stream_id), view.seq, to_event(view.event)}});
  }
  return go_on && found.size() < asked_.count;
}

// From ever further in front of the end, until there are enough: gaps take seqs and are no events.
void NewestEvents::add(const StreamParts& parts) {
  const std::uint64_t next_seq = join_facts(parts).facts.next_seq;
  std::vector<Placed> found;
  for (std::uint64_t back = std::max<std::uint64_t>(asked_.count, 1);; back *= 2) {
    const std::uint64_t from = back < next_seq ? next_seq - back : 0;
    if (!read(parts, from, found) || from == 0 || back > UINT64_MAX / 2) break;
  }
  const auto later = [](const Placed& a, const Placed& b) { return b < a; };
  for (Placed& placed : found) {
    if (heap_.size() == asked_.count && !(heap_.front() < placed)) continue;
    heap_.push_back(std::move(placed));
    std::push_heap(heap_.begin(), heap_.end(), later);
    if (heap_.size() <= asked_.count) continue;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
  }
}

std::vector<Envelope> NewestEvents::take() {
  std::sort(heap_.begin(), heap_.end());
  std::vector<Envelope> events;
  for (Placed& placed : heap_) events.push_back(std::move(placed.envelope));
  return events;
}

}  // namespace reel::reader
