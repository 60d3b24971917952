// ColumnScan: all events of a store, as columns: no event is built, no text is looked at, and what
// is not asked for is not unpacked. For questions about many events: tokens by model, times to the
// first token, events by type.
//
//   auto scans = reader.scan_columns({.stamps = true});
//   while (scans.front().next()) count(scans.front().run().types);
//
// Several scans of one call share out the blocks, each for one thread at a time. They show what the
// Reader showed when they were made, and may outlive it. The last one reads through the Reader:
// while that is used, neither the Reader nor its Cursors, Scans or scans of other calls may be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reel/event.hpp"
#include "reel/reader.hpp"
#include "reel/status.hpp"

namespace reel {

struct ColumnOptions {
  bool stamps = false;       // ColumnRun::ts_ms
  bool token_bytes = false;  // ColumnRun::token_bytes
  std::optional<std::string> name_space = std::nullopt;  // nullopt: all of them
  unsigned scans = 1;                                    // how many share the work; 0 is 1
};

// Events of one stream that follow each other: what is said about event first_seq + i is at [i].
// Spans and views live until the next call of next().
struct ColumnRun {
  std::string_view name_space, stream_id;
  std::uint32_t stream = 0;  // its place among all streams of the scan: below streams()
  std::uint64_t first_seq = 0;
  std::span<const EventType> types;            // a GAP, which stands for several seqs, comes last
  std::span<const double> ts_ms;               // Unix milliseconds; empty unless asked for
  std::span<const std::uint32_t> token_bytes;  // of a TOKEN's text; of others 0; or empty
};

class ColumnScan {
 public:
  ColumnScan(ColumnScan&&) noexcept;
  ColumnScan& operator=(ColumnScan&&) noexcept;
  ~ColumnScan();

  // The next run. false at the end or on an error: see status(). One scan alone gives the runs of a
  // stream in order of seq, streams mixed; several give each run once, a stream's to any of them.
  bool next();
  const ColumnRun& run() const noexcept;
  const Status& status() const noexcept;
  std::uint32_t streams() const noexcept;  // of all scans of the call together
  // Blocks passed over here (strict: status() has the first); Reader::damage() has the others met.
  const std::vector<Damage>& damage() const noexcept;

 private:
  friend class Reader;
  explicit ColumnScan(std::unique_ptr<detail::ColumnScanCore> core) noexcept;
  std::unique_ptr<detail::ColumnScanCore> core_;
};

}  // namespace reel
