// Comparing what two streams came to, and where they parted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reel/state.hpp"
#include "reel/status.hpp"
#include "reel/store.hpp"

namespace reel {

struct CompareOptions {
  bool timestamps = false;  // start_ts and end_ts too
};

// The document's ReplayComparison. `fields` names what differs, `differences` says how, one for one
// and always in the order content, token_count, checkpoint, completed, drift_detected,
// retry_attempts, network_retry_count, fallback_index, violations, error, start_ts, end_ts.
//
// The strings are those of L0, values as Python writes them: "content: 'Hello...' vs 'Hi...'" (the
// first 50 characters, then always "..."), "token_count: 10 vs 12", "completed: True vs False",
// "checkpoint: 'A' vs 'B'" (whole), "error: E('x') vs F('y')", "end_ts: 1000.0 vs 1.5".
// Of an error only name and message count; violations are equal when their JSON values are.
struct Comparison {
  bool identical = true;
  std::vector<std::string> fields;
  std::vector<std::string> differences;
};
Comparison compare(const State& a, const State& b, CompareOptions options = {});

// The first text token in which two streams differ. `a` or `b` is absent where that stream had no
// token any more.
struct Divergence {
  std::uint64_t token = 0;  // 0, 1, ...: which text token
  // Bytes that both streams' tokens have in common: those of the tokens before, and of the front of
  // this one.
  std::uint64_t content_offset = 0;
  std::optional<std::uint64_t> seq_a, seq_b;
  std::optional<std::string> a, b;  // the tokens
};
// nullopt: the same tokens. Walks both streams side by side, up to the divergence. A stream that
// does not exist has no tokens.
Result<std::optional<Divergence>> first_divergence(EventStore& store, std::string_view stream_a,
                                                   std::string_view stream_b);
// The same of what two cursors have not shown yet, for streams of different stores.
Result<std::optional<Divergence>> first_divergence(EventCursor& a, EventCursor& b);

}  // namespace reel
