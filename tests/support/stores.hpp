// Short ways to fill a store and to ask it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reel/store.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

namespace reel::test {

// Tokens "0", "1", ... with these stamps, appended where the stream ends.
inline void add_tokens(EventStore& store, std::string_view id, const std::vector<double>& stamps) {
  std::int64_t index = 0;
  for (const double ts_ms : stamps) {
    const auto seq = store.append(id, token_at(ts_ms, std::to_string(index), index));
    INFO(seq.status().to_string());
    REQUIRE(seq.ok());
    ++index;
  }
}

// The seqs that read() shows.
inline std::vector<std::uint64_t> seqs_of(EventStore& store, std::string_view id,
                                          SeqRange range = {}) {
  auto cursor = store.read(id, range);
  REQUIRE(cursor.ok());
  std::vector<std::uint64_t> seqs;
  while ((*cursor)->next()) seqs.push_back((*cursor)->view().seq);
  CHECK((*cursor)->status().ok());
  return seqs;
}

inline Snapshot snapshot_at(std::string stream_id, std::uint64_t seq, std::string content) {
  Snapshot snapshot;
  snapshot.stream_id = std::move(stream_id);
  snapshot.seq = seq;
  snapshot.content = std::move(content);
  return snapshot;
}

}  // namespace reel::test
