// The newest events of a view, for Reader::newest.
#pragma once

#include <vector>

#include "reader/stream_parts.hpp"
#include "reel/reader.hpp"

namespace reel::reader {

// Streams of the namespace such that nobody else has events among the `count` newest: those in
// arenas, and of each lane those in as many of its last segments as hold so many events.
std::vector<StreamParts> latest_streams(const StoreView& store, std::string_view name_space,
                                        std::size_t count);

// Gathers the newest events of several streams.
class NewestEvents {
 public:
  NewestEvents(std::shared_ptr<const StoreView> view, const Newest& asked)
      : view_(std::move(view)), asked_(asked) {}
  void add(const StreamParts& parts);
  std::vector<Envelope> take();  // by stamp

 private:
  // Stamps that go back in a stream count as the latest before them: its order stays.
  struct Placed {
    double order_ms = 0;
    std::uint64_t ordinal = 0;
    Envelope envelope;
    bool operator<(const Placed& other) const;
  };
  bool read(const StreamParts& parts, std::uint64_t from_seq, std::vector<Placed>& found) const;

  std::shared_ptr<const StoreView> view_;
  const Newest& asked_;
  std::vector<Placed> heap_;  // the oldest first
};

}  // namespace reel::reader
