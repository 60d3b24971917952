// What a store already holds at a seq, for envelopes that repeat one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reel/event.hpp"
#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel::tool {

// Walks one stream forward as its repeats come in: one step an event when they come in order.
struct StoredPlace {
  std::optional<Cursor> cursor;
  std::uint64_t look = 0;      // the StoredEvents::look the cursor belongs to
  std::uint64_t next_seq = 0;  // no event before this one will be met any more
};

// One Reader for all streams, opened at the first question and moved on only when it must be.
class StoredEvents {
 public:
  explicit StoredEvents(std::string store) : store_(std::move(store)) {}

  // The event stored at `seq`, which may be a Gap that covers it. not_found: nothing is there.
  Result<Event> at(StoredPlace& place, std::string_view name_space, std::string_view stream_id,
                   std::uint64_t seq);

 private:
  Status look_again();
  Result<std::optional<Event>> walk(StoredPlace& place, std::string_view name_space,
                                    std::string_view stream_id, std::uint64_t seq);

  std::string store_;
  std::optional<Reader> reader_;
  std::uint64_t look_ = 0;  // counts openings and refreshes
};

}  // namespace reel::tool
